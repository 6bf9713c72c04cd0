package dev.lacuna.topology.pending;

import dev.lacuna.runtime.engine.api.GenerationEngine.RunHandle;
import dev.lacuna.runtime.engine.api.StepReport;
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
  private RunHandle handle;
  private RunProgress progress;
  private boolean finished;
  private boolean open;
  private boolean alone;
  private boolean stepped;
  private long deviceMicros; // of its steps by this owner

  SampleRun(PendingRequest request, int sample, RunProgress progress, boolean finished) {
    this.request = request;
    this.sample = sample;
    this.progress = progress;
    this.finished = finished;
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

  /** No step is left. */
  boolean finished() {
    return finished;
  }

  /** With the engine, which still owes Finished, Cancelled or Failed. */
  boolean open() {
    return open;
  }

  /** Timings of steps that no stored progress covers yet, oldest first. */
  Deque<StepTiming> unpublished() {
    return unpublished;
  }

  /**
   * It is with the engine.
   *
   * @param alone whether nothing else runs meanwhile
   */
  void opened(boolean alone) {
    this.open = true;
    this.alone = alone;
  }

  void handledBy(RunHandle handle) {
    this.handle = handle;
  }

  void cancel() {
    if (open && handle != null) {
      handle.cancel();
    }
  }

  /** Lets it into company if it has run alone for so long; whether it is not alone any more. */
  boolean shareAfter(long aloneMicros) {
    if (alone && open && handle != null && stepped && deviceMicros >= aloneMicros) {
      alone = false;
      handle.share();
    }
    return !alone || !open;
  }

  /** A step is done. */
  void stepped(StepReport report) {
    stepped = true;
    deviceMicros += report.shareMicros();
    advanced(report.progress());
  }

  void advanced(RunProgress progress) {
    this.progress = progress;
  }

  void ended(boolean finished) {
    this.finished = finished;
    this.open = false;
  }

  SampleProgress snapshot() {
    return new SampleProgress(finished, progress);
  }
}
