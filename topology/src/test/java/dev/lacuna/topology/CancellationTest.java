package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancellation and expiry. */
final class CancellationTest {
  private final WorkerDriver worker = new WorkerDriver();
  private final TestParts parts = worker.parts;

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void shouldCancelAtTheNextStepWhenAControlRecordComes() {
    worker.submit(Requests.request("r1").setSamples(2).build());
    parts.engine.step();
    worker.control(Requests.cancel("r1"));
    worker.drain();
    assertThat(worker.completions()).as("the engine has not let go yet").isEmpty();
    parts.engine.step();
    worker.drain();

    GenerationCompletion completion = worker.completion();
    assertThat(completion.getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(completion.getSamples()).isEmpty();
    assertThat(completion.getStepsRun()).isEqualTo(2);
    assertThat(completion.getTimingsTotal()).isEqualTo(2);
    assertThat(completion.getError()).isNull();
    assertThat(worker.timings()).extracting(StepTiming::getStep).containsExactly(1, 1);
    assertThat(worker.stored(TaskStores.PENDING)).isZero();
    assertThat(parts.accepted.count()).isZero();
  }

  @Test
  void shouldCancelWhenANullValueFollowsTheRequest() {
    worker.submit(Requests.request("r1").build());
    worker.pipeRequest(WorkerDriver.utf8("r1"), null, new RecordHeaders());
    parts.engine.step();
    worker.drain();

    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.CANCELLED);
  }

  @Test
  void shouldOnlyCountANullValueWhenNothingIsPending() {
    worker.pipeRequest(WorkerDriver.utf8("r1"), null, new RecordHeaders());
    worker.submit(Requests.request("r1").build());
    parts.engine.finish();
    worker.drain();

    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.COMPLETED);
    assertThat(parts.count("lacuna.cancellations.idle")).isEqualTo(1);
  }

  @Test
  void shouldAnswerCancelledWhenTheCancellationCameFirst() {
    worker.control(Requests.cancel("r1"));
    assertThat(worker.stored(TaskStores.CANCELLATIONS)).isEqualTo(1);
    worker.submit(Requests.request("r1").build());

    GenerationCompletion completion = worker.completion();
    assertThat(completion.getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(completion.getTimingsTotal()).isZero();
    assertThat(parts.engine.submitted()).isEmpty();
    assertThat(worker.stored(TaskStores.CANCELLATIONS)).as("it answers one request").isZero();
  }

  @Test
  void shouldForgetACancellationWhenItsRetentionIsOver() {
    worker.control(Requests.cancel("r1"));
    worker.advance(TestParts.CANCEL_RETENTION.plusMinutes(2));
    assertThat(worker.stored(TaskStores.CANCELLATIONS)).isZero();
    worker.submit(Requests.request("r1").build());

    assertThat(parts.engine.submitted()).hasSize(1);
  }

  @Test
  void shouldNotHeedACancellationPastItsRetentionWhenItIsStillStored() {
    worker.control(Requests.cancel("r1"));
    parts.clock.advance(TestParts.CANCEL_RETENTION);
    worker.submit(Requests.request("r1").build());

    assertThat(parts.engine.submitted()).hasSize(1);
    assertThat(worker.stored(TaskStores.CANCELLATIONS)).isZero();
  }

  @Test
  void shouldStayCancelledWhenAllRunsFinishBeforeTheyHear() {
    worker.submit(Requests.request("r1").setTimings(dev.lacuna.wire.TimingDetail.NONE).build());
    parts.engine.step();
    parts.engine.step();
    parts.engine.step();
    parts.engine.step();
    worker.control(Requests.cancel("r1"));
    worker.drain();

    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.CANCELLED);
  }

  @Test
  void shouldExpireWhenTheDeadlinePassesWhileRunning() {
    worker.submit(
        Requests.request("r1")
            .setDeadline(WireTime.instant(parts.clock.epochMicros() + 1_000_000))
            .build());
    assertThat(parts.engine.submitted().get(0).deadlineMicros())
        .isEqualTo(parts.clock.epochMicros() + 1_000_000);
    parts.engine.step();
    worker.advance(Duration.ofSeconds(1));
    parts.engine.step();
    worker.drain();

    GenerationCompletion completion = worker.completion();
    assertThat(completion.getStatus()).isEqualTo(CompletionStatus.EXPIRED);
    assertThat(completion.getStepsRun()).isEqualTo(1);
    assertThat(worker.timings()).hasSize(1);
  }

  @Test
  void shouldExpireAtOnceWhenTheDeadlineHasPassedAtIntake() {
    worker.submit(
        Requests.request("r1").setDeadline(WireTime.instant(parts.clock.epochMicros())).build());

    assertThat(worker.completion().getStatus()).isEqualTo(CompletionStatus.EXPIRED);
    assertThat(parts.engine.submitted()).isEmpty();
  }
}
