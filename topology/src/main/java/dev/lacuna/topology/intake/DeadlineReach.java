package dev.lacuna.topology.intake;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.pending.Admission;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TopologySettings.DeadlineRefusal;
import dev.lacuna.topology.store.Entry;
import java.util.Locale;
import java.util.Optional;

/**
 * Deadlines that can't be met by what the engine knows of costs. All samples of a request have the
 * same canvases and steps and run side by side, so one of them stands for all: an estimate that
 * errs on the side of trying.
 */
final class DeadlineReach {
  private static final double MICROS_PER_SECOND = 1e6;

  private final TaskParts parts;

  DeadlineReach(TaskParts parts) {
    this.parts = parts;
  }

  /** Why the request can't be done by its deadline, if it is known that it can't. */
  Optional<Refusal> unreachable(Admission admission) {
    DeadlineRefusal rule = parts.settings().intake().deadlines();
    long deadlineMicros = admission.entry().deadlineMicros();
    if (rule == DeadlineRefusal.OFF || deadlineMicros == Long.MAX_VALUE) {
      return Optional.empty();
    }
    long leftMicros = deadlineMicros - parts.clock().epochMicros();
    return parts
        .engine()
        .estimate(spec(admission))
        .flatMap(estimate -> unreachable(rule, estimate, leftMicros));
  }

  private static Optional<Refusal> unreachable(
      DeadlineRefusal rule, GenerationEngine.Estimate estimate, long leftMicros) {
    boolean behind = rule == DeadlineRefusal.BACKLOG;
    long needed =
        CompletionBound.plus(estimate.aloneMicros(), behind ? estimate.backlogMicros() : 0);
    if (needed <= leftMicros) {
      return Optional.empty();
    }
    String message =
        String.format(
            Locale.ROOT,
            "The deadline is %.3f s away and the request takes about %.3f s%s: allow more time, ask"
                + " for fewer steps or a shorter document, or set deadline.refuse=off to try.",
            leftMicros / MICROS_PER_SECOND,
            needed / MICROS_PER_SECOND,
            behind
                ? String.format(
                    Locale.ROOT,
                    ", %.3f s of them behind the work accepted before",
                    estimate.backlogMicros() / MICROS_PER_SECOND)
                : " on a device with nothing else to do");
    return Optional.of(new Refusal(ErrorCodes.DEADLINE_UNREACHABLE, "deadline", message));
  }

  private static RunSpec spec(Admission admission) {
    Entry entry = admission.entry();
    return new RunSpec(
        entry.model(),
        admission.plan(),
        entry.settings(),
        CounterRandom.of(entry.settings().seed(), 1),
        1,
        entry.priority(),
        entry.deadlineMicros(),
        entry.acceptedMicros(),
        RunProgress.start(admission.plan()));
  }
}
