package dev.lacuna.topology.pending;

import dev.lacuna.runtime.engine.api.GenerationEngine.RunHandle;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.store.Progress.SampleProgress;
import dev.lacuna.wire.StepTiming;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One sample of a pending request.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class SampleRun {
  private final PendingRequest request;
  private final int sample;
  private final Deque<StepTiming> unpublished = new ArrayDeque<>();
  private RunProgress progress;
  private int storedSteps;
  private Place place;

  /** Where the run is. */
  private sealed interface Place {
    /** It has steps left, and no engine has it. */
    record Here() implements Place {}

    /**
     * The engine has it, and owes Finished, Cancelled or Failed.
     *
     * @param solo whether it is alone in its forward passes
     */
    record WithEngine(RunHandle handle, boolean solo) implements Place {}

    /** It has no step left. */
    record Finished() implements Place {}
  }

  SampleRun(PendingRequest request, int sample, RunProgress progress, boolean finished) {
    this.request = request;
    this.sample = sample;
    this.progress = progress;
    this.storedSteps = progress.stepsTotal();
    this.place = finished ? new Place.Finished() : new Place.Here();
  }

  PendingRequest request() {
    return request;
  }

  /** From 1. */
  int sample() {
    return sample;
  }

  RunProgress progress() {
    return progress;
  }

  /** Steps in all its passes that the store knows of. */
  int storedSteps() {
    return storedSteps;
  }

  /** No step is left. */
  boolean finished() {
    return place instanceof Place.Finished;
  }

  /** With the engine. */
  boolean open() {
    return place instanceof Place.WithEngine;
  }

  /** Alone in its forward passes. */
  boolean solo() {
    return place instanceof Place.WithEngine with && with.solo();
  }

  /** Timings of steps that no stored progress covers yet, oldest first. */
  Deque<StepTiming> unpublished() {
    return unpublished;
  }

  /** The engine has it from now on. */
  void opened(RunHandle handle, boolean solo) {
    place = new Place.WithEngine(handle, solo);
  }

  /** Ends it at its next step boundary if the engine has it. */
  void cancel() {
    if (place instanceof Place.WithEngine with) {
      with.handle().cancel();
    }
  }

  /** Lets it share forward passes from its next step on, if it was alone. */
  void share() {
    if (place instanceof Place.WithEngine with && with.solo()) {
      with.handle().share();
      place = new Place.WithEngine(with.handle(), false);
    }
  }

  void advanced(RunProgress progress) {
    this.progress = progress;
  }

  /** The engine has it no longer. */
  void ended(boolean finished) {
    place = finished ? new Place.Finished() : new Place.Here();
  }

  SampleProgress snapshot() {
    return new SampleProgress(finished(), progress);
  }

  /** The snapshot is stored. */
  void stored() {
    storedSteps = progress.stepsTotal();
  }
}
