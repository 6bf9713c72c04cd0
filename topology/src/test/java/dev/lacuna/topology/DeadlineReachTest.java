package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.GenerationEngine.Estimate;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.fakes.WorkerDriver;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.TopologySettings.DeadlineRefusal;
import dev.lacuna.topology.process.TopologySettings.IntakeRules;
import dev.lacuna.topology.process.TopologySettings.Misplaced;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deadlines that are out of reach when a request is read. */
final class DeadlineReachTest {
  private static final long SECOND = 1_000_000;

  private final TestParts parts = new TestParts();
  private WorkerDriver worker;

  private void start(DeadlineRefusal rule) {
    parts.intake =
        new IntakeRules(
            rule, false, Duration.ZERO, Optional.empty(), Misplaced.ACCEPT, Duration.ofSeconds(30));
    worker = new WorkerDriver(parts);
  }

  @AfterEach
  void close() {
    worker.close();
  }

  private void submit(long deadlineAfterMicros) {
    worker.submit(
        Requests.request("r1")
            .setSamples(2)
            .setDeadline(WireTime.instant(parts.clock.epochMicros() + deadlineAfterMicros))
            .build());
  }

  @Test
  void shouldAnswerExpiredAtOnceWhenTheDeviceAloneWouldTakeLonger() {
    start(DeadlineRefusal.ALONE);
    parts.engine.estimates(new Estimate(3 * SECOND, 100 * SECOND));
    submit(2 * SECOND);

    GenerationCompletion answer = worker.completion();
    assertThat(answer.getStatus()).isEqualTo(CompletionStatus.EXPIRED);
    assertThat(answer.getError().getCode()).isEqualTo("DEADLINE_UNREACHABLE");
    assertThat(answer.getError().getField()).isEqualTo("deadline");
    assertThat(answer.getError().getMessage())
        .contains("2.000 s", "3.000 s", "deadline.refuse")
        .doesNotContain("100");
    assertThat(answer.getStepsRun()).isZero();
    assertThat(parts.engine.submitted()).isEmpty();
    assertThat(worker.stored(TaskStores.PENDING)).isZero();
    assertThat(parts.accepted.count()).isZero();
  }

  @Test
  void shouldTryWhenItCanJustBeDone() {
    start(DeadlineRefusal.ALONE);
    parts.engine.estimates(new Estimate(2 * SECOND, 100 * SECOND));
    submit(2 * SECOND);

    assertThat(parts.engine.submitted()).as("samples run side by side").hasSize(2);
  }

  @Test
  void shouldCountTheWorkBeforeItWhenSoConfigured() {
    start(DeadlineRefusal.BACKLOG);
    parts.engine.estimates(new Estimate(2 * SECOND, 5 * SECOND));
    submit(6 * SECOND);

    GenerationCompletion answer = worker.completion();
    assertThat(answer.getStatus()).isEqualTo(CompletionStatus.EXPIRED);
    assertThat(answer.getError().getMessage()).contains("6.000 s", "7.000 s", "5.000 s");
    submit(7 * SECOND);
    assertThat(parts.engine.submitted()).hasSize(2);
  }

  @Test
  void shouldNotRefuseWhenCostsAreUnknownOrThereIsNoDeadline() {
    start(DeadlineRefusal.BACKLOG);
    submit(1);
    assertThat(parts.engine.submitted()).as("not measured").hasSize(2);
    parts.engine.estimates(new Estimate(Long.MAX_VALUE, Long.MAX_VALUE));
    worker.submit(Requests.request("r2").build());
    assertThat(parts.engine.submitted()).as("no deadline").hasSize(3);
  }

  @Test
  void shouldTryWhenRefusalIsSwitchedOff() {
    start(DeadlineRefusal.OFF);
    parts.engine.estimates(new Estimate(Long.MAX_VALUE, 0));
    submit(1);

    assertThat(parts.engine.submitted()).hasSize(2);
  }
}
