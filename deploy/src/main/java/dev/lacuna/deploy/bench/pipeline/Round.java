package dev.lacuna.deploy.bench.pipeline;

import java.util.Map;

/**
 * What one round of one side did.
 *
 * @param finishedNanos when each request was done, on this process's monotonic clock
 * @param texts what came out, by the request's number
 * @param hostMicros work of the steps outside the device, over all forward passes
 * @param deviceMicros work of the steps on the device
 * @param batchRows rows of a forward pass, mean over passes
 */
record Round(
    long[] finishedNanos,
    Map<Integer, String> texts,
    long hostMicros,
    long deviceMicros,
    double batchRows) {

  /** Share of the steps' time that the host took. */
  double hostShare() {
    return (double) hostMicros / Math.max(1, hostMicros + deviceMicros);
  }
}
