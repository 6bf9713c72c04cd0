package dev.lacuna.benchmarks.cluster;

import java.util.Map;

/**
 * What one round of one side did.
 *
 * @param finishedNanos when each request was done, on this process's monotonic clock
 * @param texts what came out, by the request's number
 * @param passes its forward passes
 */
public record Round(long[] finishedNanos, Map<Integer, String> texts, Passes passes) {

  /** Share of the steps' time that the host took. */
  public double hostShare() {
    return (double) passes.hostMicros() / Math.max(1, passes.hostMicros() + passes.deviceMicros());
  }

  /** Rows of a forward pass, mean over passes. */
  public double batchRows() {
    return passes.meanRows();
  }

  /** A step with all its rows, mean over passes. */
  public double stepMillis() {
    return passes.meanMillis();
  }
}
