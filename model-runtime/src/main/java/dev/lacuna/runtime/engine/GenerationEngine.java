package dev.lacuna.runtime.engine;

import java.util.Optional;
import java.util.function.Consumer;

/** Takes runs through their steps, many rows of different requests in one forward pass. */
public interface GenerationEngine {

  /**
   * Queues a run; returns at once.
   *
   * @param observer gets the run's events on the engine's thread and must not block
   */
  RunHandle submit(RunSpec spec, Consumer<RunEvent> observer);

  /** The error that stopped the engine's thread, if one did; no further events come after it. */
  Optional<Throwable> failure();

  /** A queued or running run. */
  interface RunHandle {
    /** Ends the run at the next step boundary; any thread may call it, any number of times. */
    void cancel();
  }
}
