package dev.lacuna.runtime.engine.api;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.text.RunProgress;

/** What the engine tells about a run; in order, and nothing after Finished, Cancelled or Failed. */
public sealed interface RunEvent {

  /** A step is done. */
  record StepDone(StepReport report) implements RunEvent {}

  /** No step is left; comes after the last StepDone, whose progress it repeats. */
  record Finished(RunProgress progress) implements RunEvent {}

  /** The run was cancelled and takes no further step. */
  record Cancelled(int stepsDone) implements RunEvent {}

  /**
   * The run can't go on, and it alone: other runs do.
   *
   * @param refusal code, field at fault and a sentence for the person who asked
   */
  record Failed(Refusal refusal) implements RunEvent {

    /** For whoever can't go on without the run. */
    public IllegalStateException exception() {
      return new IllegalStateException(refusal.code() + ": " + refusal.message());
    }
  }
}
