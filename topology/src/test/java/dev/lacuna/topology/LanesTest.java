package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.schemas.SchemaFetch;
import dev.lacuna.topology.fakes.FakeWire;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import java.util.Arrays;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Several request topics, each with a cap of its own. */
final class LanesTest {
  private static final int LATE_SCHEMA = 77;
  private static final byte[] R1 = WorkerDriver.utf8("r1");

  private final TestParts parts = new TestParts();

  private static byte[] request(int schemaId, String id) {
    return FakeWire.encode(schemaId, Requests.request(id).build());
  }

  @Test
  void shouldCountEachRequestAgainstItsOwnTopicWhenThereAreTwo() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("bulk").build());
      worker.submitExpress(Requests.request("express-1").build());
      worker.submitExpress(Requests.request("express-2").build());
      assertThat(parts.accepted.count("requests")).isEqualTo(1);
      assertThat(parts.accepted.count("express")).isEqualTo(2);
      assertThat(parts.registry.get("lacuna.work.accepted").tag("topic", "express").gauge().value())
          .isEqualTo(2);
      parts.engine.finish();
      worker.drain();

      assertThat(worker.completions())
          .extracting(GenerationCompletion::getStatus)
          .containsOnly(CompletionStatus.COMPLETED)
          .hasSize(3);
      assertThat(parts.accepted.count("requests")).isZero();
      assertThat(parts.accepted.count("express")).isZero();
    }
  }

  @Test
  void shouldTakeExpressRequestsWhenTheOtherTopicIsAtItsCap() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      for (int i = 0; i < 10; i++) {
        worker.submit(Requests.request("bulk-" + i).build());
      }
      assertThat(parts.accepted.atCap("requests")).isTrue();
      assertThat(parts.accepted.atCap("express")).isFalse();
      assertThat(parts.accepted.atCap("control")).isFalse();
      worker.submitExpress(Requests.request("express").build());
      assertThat(parts.engine.submitted()).hasSize(11);
      assertThat(parts.accepted.count("requests")).as("untouched").isEqualTo(10);
    }
  }

  @Test
  void shouldCountAgainstItsOwnTopicWhenARequestIsRestored() {
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.process("express", R1, request(FakeWire.SCHEMA, "r1"));
    owner.commit();
    TestParts next = new TestParts();
    TaskLife heir = new TaskLife(next, committed);

    assertThat(next.accepted.count("express")).isEqualTo(1);
    assertThat(next.accepted.count("requests")).isZero();
    heir.close();
    assertThat(next.accepted.count("express")).isZero();
  }

  @Test
  void shouldFinishAndCountAgainstTheFirstTopicWhenItsOwnIsConfiguredNoMore() {
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.process("removed", R1, request(FakeWire.SCHEMA, "r1"));
    owner.commit();
    finishesInTheFirstLane(committed);
  }

  @Test
  void shouldFinishAndCountAgainstTheFirstTopicWhenAnOlderWorkerDidNotTellIt() {
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.process("express", R1, request(FakeWire.SCHEMA, "r1"));
    owner.commit();
    byte[] entry = committed.value("pending", "r1");
    byte[] versionTwo = Arrays.copyOf(entry, entry.length - Integer.BYTES - "express".length());
    versionTwo[0] = 2;
    committed.overwrite("pending", "r1", versionTwo);
    finishesInTheFirstLane(committed);
  }

  private static void finishesInTheFirstLane(Committed committed) {
    TestParts next = new TestParts();
    TaskLife heir = new TaskLife(next, committed);
    assertThat(next.accepted.count("requests")).isEqualTo(1);
    assertThat(next.accepted.count("express")).isZero();
    heir.tick();
    next.engine.finish();
    heir.punctuate(TestParts.DRAIN_INTERVAL);
    heir.commit();

    assertThat(committed.completions)
        .extracting(GenerationCompletion::getStatus)
        .containsExactly(CompletionStatus.COMPLETED);
    assertThat(next.accepted.count("requests")).isZero();
    assertThat(committed.stored()).isZero();
  }

  @Test
  void shouldKeepBothWhenUndecodedRecordsOfTwoTopicsHaveTheSameOffset() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.pipeRequest(R1, request(LATE_SCHEMA, "r1"), new RecordHeaders());
      worker.pipeExpress(WorkerDriver.utf8("r2"), request(LATE_SCHEMA, "r2"));
      assertThat(worker.stored(TaskStores.UNDECODED)).isEqualTo(2);
      assertThat(parts.accepted.count("requests")).isEqualTo(1);
      assertThat(parts.accepted.count("express")).isEqualTo(1);
      parts.wire.cache(LATE_SCHEMA);
      parts.schemas.put(LATE_SCHEMA, new SchemaFetch.Cached());
      worker.drain();
      parts.engine.finish();
      worker.drain();

      assertThat(worker.completions())
          .extracting(GenerationCompletion::getId)
          .containsExactlyInAnyOrder("r1", "r2");
      assertThat(worker.stored(TaskStores.UNDECODED)).isZero();
      assertThat(parts.accepted.count()).isZero();
    }
  }

  @Test
  void shouldCountUndecodedControlRecordsAgainstNoTopic() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      for (int i = 0; i < 20; i++) {
        worker.pipeControl(R1, FakeWire.encode(LATE_SCHEMA, Requests.cancel("r1")));
      }

      assertThat(parts.accepted.atCap("requests")).isFalse();
      assertThat(parts.accepted.count()).isEqualTo(20);
    }
    assertThat(parts.accepted.count()).isZero();
  }
}
