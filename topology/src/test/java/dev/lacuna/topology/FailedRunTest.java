package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.ErrorDetail;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A run that the engine gives up ends its request, and nothing else. */
final class FailedRunTest {
  private static final Refusal REFUSAL = new Refusal("NUMERIC", "model", "No numbers.");
  private static final Duration DRAIN = TestParts.DRAIN_INTERVAL;

  private final TestParts parts = new TestParts();
  private final Committed committed = new Committed();

  @Test
  void shouldCancelTheOtherSamplesAndThenAnswerFailedWhenOneFails() {
    try (WorkerDriver worker = new WorkerDriver(parts)) {
      worker.submit(Requests.request("r1").setSamples(3).build());
      worker.submit(Requests.request("r2").build());
      parts.engine.step();
      parts.engine.step(spec -> spec.sample() == 2);
      parts.engine.failRuns(spec -> spec.sample() == 2, REFUSAL);
      worker.drain();
      assertThat(parts.engine.cancelled()).as("samples 1 and 3").isEqualTo(2);
      assertThat(worker.completions()).as("they have not ended yet").isEmpty();
      parts.engine.step();
      worker.drain();

      GenerationCompletion failed = worker.completion();
      assertThat(failed.getId()).isEqualTo("r1");
      assertThat(failed.getStatus()).isEqualTo(CompletionStatus.FAILED);
      assertThat(failed.getError()).isEqualTo(new ErrorDetail("NUMERIC", "model", "No numbers."));
      assertThat(failed.getSamples()).isEmpty();
      assertThat(failed.getStepsRun()).isEqualTo(4);
      assertThat(failed.getTimingsTotal()).isEqualTo(4);
      assertThat(worker.timings())
          .filteredOn(timing -> timing.getId().equals("r1"))
          .extracting(timing -> timing.getSample() + "/" + timing.getStep())
          .containsExactlyInAnyOrder("1/1", "2/1", "2/2", "3/1");
      parts.engine.finish();
      worker.drain();
      assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.COMPLETED);
      assertThat(worker.stored(TaskStores.PENDING)).isZero();
      assertThat(worker.stored(TaskStores.PROGRESS)).isZero();
      assertThat(parts.accepted.count()).isZero();
    }
  }

  @Test
  void shouldFailAgainAtTheNextOwnerWhenTheAnswerWasNotCommitted() {
    TaskLife crashing = new TaskLife(parts, committed);
    crashing.submit(Requests.request("r1").setSamples(2).build());
    parts.engine.step();
    crashing.punctuate(TestParts.CHECKPOINT_INTERVAL);
    crashing.commit();
    parts.engine.step();
    parts.engine.failRuns(spec -> true, REFUSAL);
    crashing.punctuate(DRAIN);
    assertThat(crashing.uncommittedForwards()).as("two timings and the answer").isEqualTo(3);

    TestParts second = new TestParts();
    TaskLife next = new TaskLife(second, committed);
    next.tick();
    second.engine.step(spec -> spec.sample() == 1);
    second.engine.failRuns(spec -> true, REFUSAL);
    next.punctuate(DRAIN);
    next.commit();
    assertThat(committed.completions)
        .extracting(GenerationCompletion::getStatus)
        .containsExactly(CompletionStatus.FAILED);
    assertThat(committed.completions.get(0).getTimingsTotal()).isEqualTo(3);
    assertThat(committed.timings)
        .extracting(timing -> timing.getSample() + "/" + timing.getStep())
        .containsExactlyInAnyOrder("1/1", "1/2", "2/1");
    assertThat(committed.stored()).isZero();
  }

  @Test
  void shouldStayCancelledWhenARunFailsAfterTheCancellation() {
    TaskLife task = new TaskLife(parts, committed);
    task.submit(Requests.request("r1").build());
    parts.engine.step();
    task.control(Requests.cancel("r1"));
    parts.engine.failRuns(spec -> true, REFUSAL);
    task.punctuate(DRAIN);
    task.commit();
    assertThat(committed.completions.get(0).getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(committed.completions.get(0).getError()).isNull();
    assertThat(committed.timings).extracting(StepTiming::getStep).containsExactly(1);
  }

  @Test
  void shouldAnswerOnceWhenSeveralSamplesFail() {
    TaskLife task = new TaskLife(parts, committed);
    task.submit(Requests.request("r1").setSamples(2).build());
    parts.engine.failRuns(spec -> spec.sample() == 1, REFUSAL);
    parts.engine.failRuns(spec -> true, new Refusal("MODEL_ERROR", "document", "Later."));
    task.punctuate(DRAIN);
    task.commit();
    assertThat(committed.completions).hasSize(1);
    assertThat(committed.completions.get(0).getError().getCode()).isEqualTo("NUMERIC");
    assertThat(committed.stored()).isZero();
  }
}
