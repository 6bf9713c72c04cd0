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
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A control record meets a request wherever that is, from whichever topic it came. */
final class CancelledEverywhereTest {
  private static final int LATE_SCHEMA = 77;

  private final TestParts parts = new TestParts();

  private static void submit(WorkerDriver worker, String topic, int schemaId, String id) {
    byte[] key = WorkerDriver.utf8(id);
    byte[] value = FakeWire.encode(schemaId, Requests.request(id).build());
    if (topic.equals("express")) {
      worker.pipeExpress(key, value);
    } else {
      worker.pipeRequest(key, value, new RecordHeaders());
    }
  }

  private static void cancelledAfter(GenerationCompletion answer, int steps) {
    assertThat(answer.getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(answer.getStepsRun()).isEqualTo(steps);
    assertThat(answer.getTimingsTotal()).isEqualTo(steps);
    assertThat(answer.getSamples()).isEmpty();
  }

  private void leftNothing(WorkerDriver worker) {
    for (String store : TaskStores.NAMES) {
      assertThat(worker.stored(store)).as(store).isZero();
    }
    assertThat(parts.accepted.count()).isZero();
    assertThat(parts.engine.open()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"requests", "express"})
  void shouldTellTheStepsDoneWhenARunningRequestIsCancelledAtTheCap(String topic) {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      submit(worker, topic, FakeWire.SCHEMA, "r1");
      for (int i = 0; i < 10; i++) {
        submit(worker, "requests", FakeWire.SCHEMA, "bulk-" + i);
      }
      assertThat(parts.accepted.atCap("requests")).isTrue();
      parts.engine.step();
      parts.engine.step();
      worker.control(Requests.cancel("r1"));
      parts.engine.step();
      worker.drain();

      cancelledAfter(worker.completion(), 2);
      assertThat(worker.timings())
          .filteredOn(timing -> timing.getId().equals("r1"))
          .extracting(StepTiming::getStep)
          .containsExactly(1, 2);
      parts.engine.finish();
      worker.drain();
      assertThat(worker.completions()).hasSize(10);
      leftNothing(worker);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"requests", "express"})
  void shouldAnswerWithoutStepsWhenAnAcceptedRequestHasNotBegun(String topic) {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      submit(worker, topic, FakeWire.SCHEMA, "r1");
      worker.control(Requests.cancel("r1"));
      parts.engine.step();
      worker.drain();

      cancelledAfter(worker.completion(), 0);
      leftNothing(worker);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"requests", "express"})
  void shouldAnswerWhenTheRequestWaitsForItsSchema(String topic) {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      submit(worker, topic, LATE_SCHEMA, "r1");
      worker.control(Requests.cancel("r1"));
      parts.wire.cache(LATE_SCHEMA);
      parts.schemas.put(LATE_SCHEMA, new SchemaFetch.Cached());
      worker.drain();

      cancelledAfter(worker.completion(), 0);
      assertThat(parts.engine.submitted()).isEmpty();
      leftNothing(worker);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"requests", "express"})
  void shouldAnswerWhenTheRequestIsReadLater(String topic) {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.control(Requests.cancel("r1"));
      submit(worker, topic, FakeWire.SCHEMA, "r1");

      cancelledAfter(worker.completion(), 0);
      assertThat(parts.engine.submitted()).isEmpty();
      leftNothing(worker);
    }
  }

  @Test
  void shouldTellAllStepsOfBothOwnersWhenARestoredRequestIsCancelled() {
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    parts.engine.step();
    parts.engine.step();
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    owner.commit();
    TestParts next = new TestParts();
    TaskLife heir = new TaskLife(next, committed);
    heir.tick();
    next.engine.step();
    heir.control(Requests.cancel("r1"));
    next.engine.step();
    heir.punctuate(TestParts.DRAIN_INTERVAL);
    heir.commit();

    assertThat(committed.completions).hasSize(1);
    cancelledAfter(committed.completions.get(0), 3);
    assertThat(committed.timings).extracting(StepTiming::getStep).containsExactly(1, 2, 3);
    assertThat(committed.stored()).isZero();
  }

  @Test
  void shouldStayCancelledWhenTheOwnerThatCanNotGoOnWithItDiesNext() {
    Committed committed = new Committed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    parts.engine.step();
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    owner.commit();
    TestParts without = new TestParts();
    without.models.clear();
    TaskLife between = new TaskLife(without, committed);
    between.control(Requests.cancel("r1"));
    between.commit(); // the record is consumed, and nobody reads it again

    TestParts next = new TestParts();
    TaskLife heir = new TaskLife(next, committed);
    heir.tick();
    next.engine.finish();
    heir.punctuate(TestParts.DRAIN_INTERVAL);
    heir.commit();

    assertThat(committed.completions).hasSize(1);
    cancelledAfter(committed.completions.get(0), 1);
    assertThat(without.accepted.count()).isZero();
  }

  @Test
  void shouldTellStepsAndTimesWhenTheDeadlineOfARunningRequestPasses() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submitExpress(
          Requests.request("r1")
              .setSamples(2)
              .setDeadline(WireTime.instant(parts.clock.epochMicros() + 1_000_000))
              .build());
      parts.engine.step();
      worker.advance(Duration.ofMillis(500));
      parts.engine.step();
      worker.advance(Duration.ofMillis(500));
      assertThat(worker.completions()).as("ends at the next step boundary").isEmpty();
      parts.engine.step();
      worker.drain();

      GenerationCompletion answer = worker.completion();
      assertThat(answer.getStatus()).isEqualTo(CompletionStatus.EXPIRED);
      assertThat(answer.getError()).isNull();
      assertThat(answer.getStepsRun()).isEqualTo(4);
      assertThat(answer.getTimingsTotal()).isEqualTo(4);
      assertThat(answer.getSummary().getRunningMicros()).isGreaterThanOrEqualTo(500_000);
      assertThat(worker.timings())
          .extracting(timing -> List.of(timing.getSample(), timing.getStep()))
          .containsExactlyInAnyOrder(List.of(1, 1), List.of(1, 2), List.of(2, 1), List.of(2, 2));
      leftNothing(worker);
    }
  }
}
