package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.check.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs that a step brought to an end.
 *
 * <p>Threading: owned by the engine's thread.
 *
 * @param over those whose pass has no step left
 * @param failed those that can't go on
 */
public record EndedRuns(List<Row> over, List<FailedRun> failed) {

  /** A run that can't go on, and why. */
  public record FailedRun(Row row, Refusal refusal) {}

  static EndedRuns none() {
    return new EndedRuns(new ArrayList<>(), new ArrayList<>());
  }

  void fail(Row row, Refusal refusal) {
    failed.add(new FailedRun(row, refusal));
  }
}
