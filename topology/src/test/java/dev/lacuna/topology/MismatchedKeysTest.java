package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Outputs.Output;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests whose record key is not their id: the answer goes where its sender looks. */
final class MismatchedKeysTest {
  private final TestParts parts = new TestParts();
  private final WorkerDriver worker = new WorkerDriver(parts);

  @AfterEach
  void close() {
    worker.close();
  }

  private static byte[] request(String id) {
    return FakeWire.encode(FakeWire.SCHEMA, Requests.request(id).build());
  }

  private void pipe(byte[] key, String id) {
    worker.pipeRequest(key, request(id), new RecordHeaders().add("trace", new byte[] {7}));
  }

  static Stream<Arguments> keys() {
    byte[] framed =
        ByteBuffer.allocate(8).put((byte) 0).putInt(3).put((byte) 4).put(utf8("r1")).array();
    return Stream.of(
        Arguments.of(null, "is null"),
        Arguments.of(new byte[0], "is empty"),
        Arguments.of(utf8("\"r1\""), "JSON, which adds the quotes"),
        Arguments.of(framed, "one for Avro"),
        Arguments.of(utf8("r1 "), "spaces included"),
        Arguments.of(utf8("customer-7"), "'customer-7'"),
        Arguments.of(new byte[] {(byte) 0xff, 1}, "not UTF-8"),
        Arguments.of(new byte[5_000], "5000 characters"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldAnswerUnderTheIdAndNameTheCureWhenTheKeyIsAnother(byte[] key, String words) {
    pipe(key, "r1");

    Output record = worker.completionRecords().get(0);
    GenerationCompletion answer = record.completion();
    assertThat(record.keyText()).isEqualTo("r1");
    assertThat(answer.getId()).isEqualTo("r1");
    assertThat(answer.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(answer.getError().getCode()).isEqualTo("KEY_MISMATCH");
    assertThat(answer.getError().getMessage())
        .contains(words, "the id is 'r1'", "set the key to the UTF-8 bytes of the id");
    assertThat(record.headers().lastHeader("trace").value()).containsExactly(7);
    assertThat(worker.deadLetters()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldLetTheTaskOfTheIdAnswerWhenThatIsAnother(byte[] key, String words) {
    anotherOwner();
    pipe(key, "r1");

    Output sent = worker.sentOn("control").get(0);
    assertThat(sent.keyText()).isEqualTo("r1");
    assertThat(sent.headerTexts()).containsKeys("trace", "lacuna.hop", "lacuna.hop.key");
    Output record = worker.completionRecords().get(0);
    assertThat(record.keyText()).isEqualTo("r1");
    assertThat(record.completion().getError().getMessage()).contains(words);
    assertThat(record.headerTexts()).containsOnlyKeys("trace");
    assertThat(worker.deadLetters()).isEmpty();
  }

  /** The id of the tests belongs to another partition than the driver's only one. */
  private void anotherOwner() {
    int count = 2;
    while (parts.partitions.of("control", utf8("r1")).orElse(0) == 0) {
      parts.partitions.set("control", count++);
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void shouldUseTheDeadLettersWhenARequestOfTheIdIsPending(byte[] key, String words) {
    anotherOwner();
    worker.submit(Requests.request("r1").build());
    pipe(key, "r1");

    assertThat(worker.completions()).isEmpty();
    Output letter = worker.deadLetters().get(0);
    assertThat(letter.key()).as("as it was sent").isEqualTo(key);
    assertThat(letter.headerTexts())
        .containsEntry("lacuna.dead.code", "KEY_MISMATCH")
        .containsEntry("lacuna.dead.topic", "requests")
        .containsEntry("lacuna.dead.offset", "1")
        .containsKey("trace")
        .doesNotContainKeys("lacuna.hop", "lacuna.hop.key");
    assertThat(letter.headerTexts().get("lacuna.dead.message")).contains(words, "pending");
    parts.engine.finish();
    worker.drain();
    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.COMPLETED);
  }

  @Test
  void shouldNotDisturbARequestOfTheKey() {
    worker.submit(Requests.request("k1").build());
    pipe(utf8("k1"), "r1");

    assertThat(worker.completion().getId()).isEqualTo("r1");
    parts.engine.finish();
    worker.drain();
    assertThat(worker.completion().getId()).isEqualTo("k1");
  }

  @Test
  void shouldUseTheDeadLettersWhenItIsTooLargeForTheControlTopic() {
    anotherOwner();
    worker.pipeRequest(utf8("k1"), request("r1"), new RecordHeaders().add("big", new byte[70_000]));

    assertThat(worker.sentOn("control")).isEmpty();
    assertThat(worker.completions()).isEmpty();
    assertThat(worker.deadLetters()).hasSize(1);
  }

  @Test
  void shouldAnswerUnderTheKeyWhenTheIdCanBeNobodys() {
    pipe(utf8("k1"), "");

    assertThat(worker.completionRecords().get(0).keyText()).isEqualTo("k1");
  }

  @Test
  void shouldBelieveNoHopThatNoWorkerMade() {
    worker.pipeControl(
        utf8("other"),
        request("r1"),
        new RecordHeaders()
            .add("lacuna.hop", utf8("requests/0/5/1700000000000"))
            .add("lacuna.hop.key", utf8("k")));
    worker.pipeControl(
        utf8("r1"),
        request("r1"),
        new RecordHeaders().add("lacuna.hop", utf8("what?")).add("lacuna.hop.key", null));

    assertThat(worker.completions()).isEmpty();
    assertThat(worker.deadLetters()).hasSize(2);
  }
}
