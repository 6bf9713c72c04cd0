package dev.lacuna.topology.store;

import dev.lacuna.runtime.text.RunProgress;
import java.util.List;

/**
 * How far a request is: what is put into the store together with the timings of all steps that it
 * covers, so that each of them is published exactly once.
 *
 * @param firstStepMicros start of the first step in microseconds since the epoch, 0 before it
 * @param lastStepMicros end of the last step in microseconds since the epoch, 0 before the first
 * @param batchRowsSum sum over all steps of the rows that shared the forward pass
 * @param cancelled whether it was cancelled; whoever owns it answers CANCELLED
 * @param samples sample n of the request at index n - 1
 */
public record Progress(
    long firstStepMicros,
    long lastStepMicros,
    long batchRowsSum,
    boolean cancelled,
    List<SampleProgress> samples) {

  public Progress {
    samples = List.copyOf(samples);
  }

  /**
   * How far one sample is.
   *
   * @param finished whether no step is left
   * @param run the run after its last published step
   */
  public record SampleProgress(boolean finished, RunProgress run) {}
}
