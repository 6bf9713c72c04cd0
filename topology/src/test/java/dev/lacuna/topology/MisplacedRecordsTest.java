package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.FakeClock;
import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Outputs.Output;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.TopologySettings.DeadlineRefusal;
import dev.lacuna.topology.process.TopologySettings.IntakeRules;
import dev.lacuna.topology.process.TopologySettings.Limits;
import dev.lacuna.topology.process.TopologySettings.Misplaced;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Records in another partition than their key's. The driver has one partition and puts what is sent
 * on there again, as a worker that is wrong about the number of partitions would.
 */
final class MisplacedRecordsTest {
  private static final int PARTITIONS = 64;

  private final TestParts parts = new TestParts();
  private WorkerDriver worker;

  private WorkerDriver worker(Misplaced rule) {
    parts.intake =
        new IntakeRules(
            DeadlineRefusal.OFF,
            false,
            Duration.ZERO,
            Optional.empty(),
            rule,
            Duration.ofSeconds(30));
    for (String topic : parts.parts().settings().topics().inputs()) {
      parts.partitions.set(topic, PARTITIONS);
    }
    assertThat(parts.partitions.of("requests", utf8("r1"))).isNotEqualTo(Optional.of(0));
    worker = new WorkerDriver(parts);
    return worker;
  }

  @AfterEach
  void close() {
    worker.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The engine lets go of what was cancelled, and it is answered. */
  private void letGo() {
    parts.engine.step();
    worker.drain();
  }

  private double misplaced(String topic) {
    return parts.count("lacuna.records.misplaced", "topic", topic);
  }

  private static byte[] cancellation(String id) {
    return FakeWire.encode(FakeWire.SCHEMA, new Control(id, ControlAction.CANCEL));
  }

  @Test
  void shouldCountAndTakeARecordWhereItStandsByDefault() {
    worker(Misplaced.ACCEPT).submit(Requests.request("r1").build());
    parts.engine.finish();
    worker.drain();

    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.COMPLETED);
    assertThat(misplaced("requests")).isEqualTo(1);
    assertThat(worker.sentOn("requests")).isEmpty();
  }

  @Test
  void shouldCountNothingWhenARecordStandsWhereItBelongs() {
    worker(Misplaced.REKEY);
    parts.partitions.set("requests", 1);
    worker.submit(Requests.request("r1").build());

    assertThat(misplaced("requests")).isZero();
    assertThat(parts.accepted.count()).isEqualTo(1);
  }

  @Test
  void shouldRefuseARecordWhenConfiguredSo() {
    worker(Misplaced.REFUSE).submit(Requests.request("r1").build());

    Output letter = worker.deadLetters().get(0);
    assertThat(letter.keyText()).isEqualTo("r1");
    assertThat(letter.headerTexts()).containsEntry("lacuna.dead.code", "PARTITION_MISMATCH");
    assertThat(letter.headerTexts().get("lacuna.dead.message"))
        .contains("partition 0 of requests", "murmur2_random", "requests.partition.mismatch");
    assertThat(parts.accepted.count()).isZero();
    worker.pipeRequest(utf8("r1"), null, new RecordHeaders());
    worker.pipeControl(utf8("r1"), cancellation("r1"));
    assertThat(worker.deadLetters()).hasSize(2);
    assertThat(misplaced("control")).isEqualTo(1);
  }

  @Test
  void shouldSendARecordOnOnceAndAsItIsWhenConfiguredSo() {
    GenerationRequest request = Requests.request("r1").build();
    worker(Misplaced.REKEY);
    parts.clock.advance(Duration.ofSeconds(9));
    worker.submit(request, new RecordHeaders().add("a", null).add("a", new byte[] {1}));

    Output sent = worker.sentOn("requests").get(0);
    assertThat(sent.keyText()).isEqualTo("r1");
    assertThat(sent.value()).isEqualTo(FakeWire.encode(FakeWire.SCHEMA, request));
    assertThat(sent.headers().headers("a")).hasSize(2);
    assertThat(sent.headerTexts())
        .containsEntry("lacuna.hop", "requests/0/0/" + FakeClock.START_MICROS / 1000);
    assertThat(misplaced("requests")).as("once").isEqualTo(1);
    parts.engine.finish();
    worker.drain();
    Output record = worker.completionRecords().get(0);
    assertThat(record.completion().getStatus()).isEqualTo(CompletionStatus.COMPLETED);
    assertThat(record.headers().headers("a")).as("those of its producer").hasSize(2);
    assertThat(record.headers().lastHeader("lacuna.hop")).isNull();
    assertThat(record.completion().getSummary().getQueuedMicros())
        .as("since its producer sent it")
        .isEqualTo(9_000_000);
  }

  @Test
  void shouldKeepTheLaneWhenARecordIsSentOn() {
    worker(Misplaced.REKEY).submitExpress(Requests.request("r1").build());

    assertThat(worker.sentOn("express")).hasSize(1);
    assertThat(worker.sentOn("requests")).isEmpty();
    assertThat(parts.accepted.count("express")).isEqualTo(1);
  }

  @Test
  void shouldSendANullValueOnBehindItsRequest() {
    worker(Misplaced.REKEY).submit(Requests.request("r1").build());
    worker.pipeRequest(utf8("r1"), null, new RecordHeaders());
    letGo();

    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(worker.sentOn("requests")).hasSize(2);
  }

  @Test
  void shouldSendACancellationOnWhenItIsMisplaced() {
    worker(Misplaced.REKEY).submit(Requests.request("r1").build());
    worker.pipeControl(utf8("r1"), cancellation("r1"));

    letGo();

    assertThat(worker.sentOn("control")).hasSize(1);
    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.CANCELLED);
  }

  @Test
  void shouldTellWhereTheProducerHadPutItInADeadLetterOfARecordThatWasSentOn() {
    worker(Misplaced.REKEY).pipeRequest(utf8("r1"), new byte[] {9}, new RecordHeaders());

    assertThat(worker.deadLetters().get(0).headerTexts())
        .containsEntry("lacuna.dead.code", "NO_MAGIC_BYTE")
        .containsEntry("lacuna.dead.offset", "0")
        .doesNotContainKey("lacuna.hop");
  }

  @Test
  void shouldRefuseWhatIsTooLargeToBeSentOn() {
    parts.limits = new Limits(2_000, 2_000, 1_000, 4);
    worker(Misplaced.REKEY).pipeRequest(utf8("r1"), new byte[2_000], new RecordHeaders());

    assertThat(worker.deadLetters().get(0).headerTexts())
        .containsEntry("lacuna.dead.code", "PARTITION_MISMATCH");
    assertThat(worker.sentOn("requests")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSE", "REKEY"})
  void shouldRememberNoCopyOfACancellationWhenNoRequestIsTakenWhereItIsMisplaced(Misplaced rule) {
    worker(rule).pipeControl(utf8("later"), cancellation("later"), copy());

    assertThat(worker.stored(TaskStores.CANCELLATIONS)).isZero();
    assertThat(parts.count("lacuna.cancellations.idle")).isEqualTo(1);
  }

  private static RecordHeaders copy() {
    RecordHeaders copy = new RecordHeaders();
    copy.add("lacuna.copy", new byte[0]);
    return copy;
  }

  @Test
  void shouldCancelAMisplacedRequestThatIsReadLaterAndNoneThatIsSentLater() {
    worker(Misplaced.ACCEPT).pipeControl(utf8("r1"), cancellation("r1"), copy());
    worker.pipeControl(utf8("r2"), cancellation("r2"), copy());
    worker.submit(Requests.request("r1").build(), FakeClock.START_MICROS / 1000 - 1);
    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.CANCELLED);

    parts.clock.advance(Duration.ofSeconds(1));
    worker.submit(Requests.request("r2").build(), FakeClock.START_MICROS / 1000 + 1);
    parts.engine.finish();
    worker.drain();
    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.COMPLETED);
    assertThat(worker.stored(TaskStores.CANCELLATIONS)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Misplaced.class)
  void shouldActOnACopyOfACancellation(Misplaced rule) {
    worker(rule);
    parts.partitions.set("requests", 1);
    worker.submit(Requests.request("r1").build());
    worker.pipeControl(utf8("r1"), cancellation("r1"), copy());
    letGo();
    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(misplaced("control")).isZero();
    assertThat(worker.deadLetters()).isEmpty();
  }

  @Test
  void shouldJudgeNothingThatHasNoKeyOrIsTheWorkersOwn() {
    worker(Misplaced.REFUSE);
    worker.pipeRequest(
        null,
        FakeWire.encode(FakeWire.SCHEMA, Requests.request("r1").build()),
        new RecordHeaders());

    assertThat(misplaced("requests")).isZero();
    assertThat(misplaced("control")).as("the tick").isZero();
  }
}
