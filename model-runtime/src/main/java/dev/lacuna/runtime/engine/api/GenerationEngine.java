package dev.lacuna.runtime.engine.api;

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

  /**
   * Device time of all forward passes so far, in microseconds: a clock that stands still while
   * there is nothing to do. Reports of steps carry what it showed after theirs.
   */
  long deviceClockMicros();

  /** Forward passes so far. */
  long forwardPasses();

  /**
   * What a run costs, known before it is submitted; empty where forward passes were not measured.
   * Any thread may ask; it is cheap and waits for nobody.
   */
  default Optional<Estimate> estimate(RunSpec spec) {
    return Optional.empty();
  }

  /**
   * Estimated times in microseconds.
   *
   * @param aloneMicros all steps left, one after another, on a device that does nothing else: the
   *     run is over no sooner, unless its text ends early or its schedule leaves steps empty. Where
   *     the model's sureness decides how many steps there are, these are the fewest possible
   * @param backlogMicros device time that the runs still need that the engine had taken in at its
   *     last step boundary
   */
  record Estimate(long aloneMicros, long backlogMicros) {}

  /** A queued or running run. */
  interface RunHandle {
    /** Ends the run at the next step boundary; any thread may call it, any number of times. */
    void cancel();

    /**
     * Lets a run that was {@link RunSpec#alone} share forward passes from its next step on; nothing
     * happens to one in company or over. Any thread may call it, any number of times.
     */
    void share();
  }
}
