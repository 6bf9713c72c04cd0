package dev.lacuna.runtime.engine;

/** What the engine tells about a run; in order, and nothing after Finished or Cancelled. */
public sealed interface RunEvent {

  /** A step is done. */
  record StepDone(StepReport report) implements RunEvent {}

  /** No step is left; comes after the last StepDone, whose progress it repeats. */
  record Finished(RunProgress progress) implements RunEvent {}

  /** The run was cancelled and takes no further step. */
  record Cancelled(int stepsDone) implements RunEvent {}
}
