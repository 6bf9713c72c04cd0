package dev.lacuna.topology.pending;

import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.topology.store.Progress;
import java.util.OptionalLong;

/**
 * What a completion and a checkpoint tell of a request's steps.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class StepTally {
  private long firstStepMicros; // since the epoch; 0 before the first step
  private long lastStepMicros;
  private long batchRowsSum;
  private OptionalLong unstoredSinceMicros = OptionalLong.empty(); // of the engine's device clock

  /** Takes up what an earlier owner stored. */
  void restore(Progress progress) {
    firstStepMicros = progress.firstStepMicros();
    lastStepMicros = progress.lastStepMicros();
    batchRowsSum = progress.batchRowsSum();
  }

  void add(StepReport report) {
    if (unstoredSinceMicros.isEmpty()) {
      unstoredSinceMicros = OptionalLong.of(report.deviceClockMicros() - report.deviceMicros());
    }
    if (firstStepMicros == 0 || report.startedAtMicros() < firstStepMicros) {
      firstStepMicros = report.startedAtMicros();
    }
    long endMicros = report.startedAtMicros() + report.deviceMicros() + report.hostMicros();
    lastStepMicros = Math.max(lastStepMicros, endMicros);
    batchRowsSum += report.batchRows();
  }

  /**
   * What the engine's device clock showed before the first step that is not stored yet: a crash now
   * repeats no forward pass before it. Empty if all steps are stored, or there was none.
   */
  OptionalLong unstoredSinceMicros() {
    return unstoredSinceMicros;
  }

  void stored() {
    unstoredSinceMicros = OptionalLong.empty();
  }

  long firstStepMicros() {
    return firstStepMicros;
  }

  long lastStepMicros() {
    return lastStepMicros;
  }

  long batchRowsSum() {
    return batchRowsSum;
  }
}
