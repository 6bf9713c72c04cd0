package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Outputs.Output;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.GenerationCompletion;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that can't be answered, and those whose schema is not known yet. */
final class DeadLetterFlowTest {
  private static final int LATE_SCHEMA = 77;

  private final WorkerDriver worker = new WorkerDriver();
  private final TestParts parts = worker.parts;

  @AfterEach
  void close() {
    worker.close();
  }

  private String onlyCode() {
    List<Output> letters = worker.deadLetters();
    assertThat(letters).hasSize(1);
    return letters.get(0).headerTexts().get("lacuna.dead.code");
  }

  @Test
  void shouldKeepBytesKeyAndHeadersWhenARequestIsUndecodable() {
    Headers headers = new RecordHeaders().add("traceparent", WorkerDriver.utf8("t"));
    byte[] value = {9, 8, 7};
    worker.submit(Requests.request("r0").build());
    worker.pipeRequest(WorkerDriver.utf8("k"), value, headers);

    Output letter = worker.deadLetters().get(0);
    assertThat(letter.key()).isEqualTo(WorkerDriver.utf8("k"));
    assertThat(letter.value()).isEqualTo(value);
    assertThat(letter.headers().toArray()[0]).isEqualTo(headers.toArray()[0]);
    assertThat(letter.headerTexts())
        .containsEntry("lacuna.dead.topic", "requests")
        .containsEntry("lacuna.dead.partition", "0")
        .containsEntry("lacuna.dead.offset", "1")
        .containsEntry("lacuna.dead.code", "NO_MAGIC_BYTE")
        .containsEntry("lacuna.dead.message", "The value does not begin with 0.");
  }

  @Test
  void shouldCutADeadLetterWhenItWouldNotFit() {
    byte[] value = new byte[40_000];
    value[0] = 1;
    worker.pipeRequest(WorkerDriver.utf8("k"), value, new RecordHeaders());

    Output letter = worker.deadLetters().get(0);
    assertThat(letter.value()).hasSizeLessThan(20_000).hasSizeGreaterThan(19_000);
    assertThat(letter.headerTexts().get("lacuna.dead.cut")).contains("40000");
  }

  @Test
  void shouldNeedAKeyWhenTheValueIsNull() {
    worker.pipeRequest(null, null, new RecordHeaders());
    assertThat(onlyCode()).isEqualTo("NULL_VALUE");
  }

  @Test
  void shouldUseTheDeadLettersWhenAControlRecordMakesNoSense() {
    worker.pipeControl(WorkerDriver.utf8("r1"), null);
    assertThat(onlyCode()).isEqualTo("NULL_VALUE");
    worker.pipeControl(WorkerDriver.utf8("r1"), new byte[] {1});
    assertThat(onlyCode()).isEqualTo("NO_MAGIC_BYTE");
    worker.control(new Control("r1", ControlAction.UNKNOWN));
    assertThat(onlyCode()).isEqualTo("UNKNOWN_ACTION");
    byte[] cancel = FakeWire.encode(FakeWire.SCHEMA, Requests.cancel("r1"));
    worker.pipeControl(WorkerDriver.utf8("r2"), cancel);
    assertThat(onlyCode()).isEqualTo("KEY_MISMATCH");
    worker.control(Requests.cancel("i".repeat(2000)));
    assertThat(onlyCode()).isEqualTo("INVALID_ID");
    assertThat(worker.stored(TaskStores.CANCELLATIONS)).isZero();
    assertThat(parts.count("lacuna.dead.letters", "code", "NULL_VALUE")).isEqualTo(1);
  }

  @Test
  void shouldForwardNothingWhenATickComes() {
    worker.pipeControl(WorkerDriver.utf8("__lacuna.tick"), null);

    assertThat(worker.deadLetters()).isEmpty();
    assertThat(worker.completions()).isEmpty();
  }

  private void submitWithLateSchema(String id) {
    worker.pipeRequest(
        WorkerDriver.utf8(id),
        FakeWire.encode(LATE_SCHEMA, Requests.request(id).build()),
        new RecordHeaders().add("tenant", WorkerDriver.utf8("t")));
  }

  @Test
  void shouldTakeARequestUpWhenItsSchemaArrives() {
    submitWithLateSchema("r1");
    worker.drain();
    assertThat(parts.accepted.count()).as("kept as accepted work").isEqualTo(1);
    assertThat(parts.engine.submitted()).isEmpty();
    parts.wire.cache(LATE_SCHEMA);
    parts.schemas.put(LATE_SCHEMA, new SchemaFetch.Cached());
    worker.drain();
    assertThat(parts.engine.submitted()).hasSize(1);
    assertThat(worker.stored(TaskStores.UNDECODED)).isZero();
    assertThat(parts.accepted.count()).isEqualTo(1);
    parts.engine.finish();
    worker.drain();

    Output record = worker.completionRecords().get(0);
    assertThat(record.completion().getStatus()).isEqualTo(CompletionStatus.COMPLETED);
    assertThat(record.headerTexts()).containsEntry("tenant", "t");
    assertThat(parts.accepted.count()).isZero();
  }

  @Test
  void shouldUseTheDeadLettersWhenTheSchemaTurnsOutUnknown() {
    submitWithLateSchema("r1");
    parts.schemas.put(LATE_SCHEMA, new SchemaFetch.Unknown("No schema 77."));
    worker.drain();

    Output letter = worker.deadLetters().get(0);
    assertThat(letter.headerTexts())
        .containsEntry("lacuna.dead.code", "UNKNOWN_SCHEMA")
        .containsEntry("lacuna.dead.message", "No schema 77.")
        .containsEntry("lacuna.dead.offset", "0")
        .containsEntry("tenant", "t");
    assertThat(letter.value())
        .isEqualTo(FakeWire.encode(LATE_SCHEMA, Requests.request("r1").build()));
    assertThat(parts.accepted.count()).isZero();
    submitWithLateSchema("r2");
    assertThat(worker.deadLetters()).as("known to be unknown").hasSize(1);
  }

  @Test
  void shouldUseTheDeadLettersWhenAnUndecodedRecordIsTooLargeToKeep() {
    byte[] value = new byte[19_990];
    value[4] = LATE_SCHEMA;
    worker.pipeRequest(WorkerDriver.utf8("r1"), value, new RecordHeaders());

    assertThat(onlyCode()).isEqualTo("TOO_LARGE");
    assertThat(worker.stored(TaskStores.UNDECODED)).isZero();
  }

  @Test
  void shouldCancelARequestThatWaitsForItsSchema() {
    submitWithLateSchema("r1");
    worker.pipeRequest(WorkerDriver.utf8("r1"), null, new RecordHeaders());
    submitWithLateSchema("r2");
    worker.control(Requests.cancel("r2"));
    parts.wire.cache(LATE_SCHEMA);
    parts.schemas.put(LATE_SCHEMA, new SchemaFetch.Cached());
    worker.drain();

    assertThat(worker.completions())
        .extracting(GenerationCompletion::getStatus)
        .containsExactly(CompletionStatus.CANCELLED, CompletionStatus.CANCELLED);
    assertThat(parts.engine.submitted()).isEmpty();
  }

  @Test
  void shouldTakeAControlRecordUpWhenItsSchemaArrives() {
    worker.submit(Requests.request("r1").build());
    worker.pipeControl(
        WorkerDriver.utf8("r1"), FakeWire.encode(LATE_SCHEMA, Requests.cancel("r1")));
    parts.wire.cache(LATE_SCHEMA);
    parts.schemas.put(LATE_SCHEMA, new SchemaFetch.Cached());
    worker.drain();

    assertThat(parts.engine.cancelled()).isEqualTo(1);
  }

  @Test
  void shouldRestoreUndecodedRecordsWithoutTheRegistry() {
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(new TestParts(), committed);
    owner.process(
        "requests",
        WorkerDriver.utf8("r1"),
        FakeWire.encode(LATE_SCHEMA, Requests.request("r1").build()));
    owner.commit();
    TestParts next = new TestParts();
    next.wire.cache(LATE_SCHEMA);
    next.schemas.put(LATE_SCHEMA, new SchemaFetch.Cached());
    TaskLife heir = new TaskLife(next, committed);
    heir.punctuate(TestParts.DRAIN_INTERVAL);
    assertThat(next.engine.submitted()).as("not taken up unarmed").isEmpty();
    assertThat(next.ticks).hasSize(1);
    heir.tick();
    heir.punctuate(TestParts.DRAIN_INTERVAL);

    assertThat(next.engine.submitted()).hasSize(1);
  }
}
