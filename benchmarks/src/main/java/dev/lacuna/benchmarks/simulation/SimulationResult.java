package dev.lacuna.benchmarks.simulation;

import java.util.List;

/**
 * What became of a trace.
 *
 * @param seconds from the first arrival to the last end, on the virtual clock
 * @param tokensPerSecond tokens of all canvases, over {@code seconds}
 * @param passes forward passes
 * @param busy share of the time in which a forward pass ran
 * @param occupancy rows of a forward pass over its slots, weighted by time
 * @param padding share of all computed tokens that was padding
 * @param fairness Jain's index of the runs' slowdowns, 1 if all are slowed down alike; a slowdown
 *     is the time from acceptance to end over that of the run alone on an idle device
 * @param meanSlowdown mean over the runs
 * @param waits by priority, highest first
 * @param flows by name
 */
public record SimulationResult(
    double seconds,
    double tokensPerSecond,
    long passes,
    double busy,
    double occupancy,
    double padding,
    double fairness,
    double meanSlowdown,
    List<Wait> waits,
    List<FlowService> flows) {

  /** Copies the lists. */
  public SimulationResult {
    waits = List.copyOf(waits);
    flows = List.copyOf(flows);
  }

  /**
   * How the runs of one flow fared.
   *
   * @param flow its name
   * @param runs how many
   * @param meanLatencyMillis mean time from acceptance to end
   * @param p95LatencyMillis time from acceptance to end that 95 % don't exceed
   * @param meanAloneMillis mean time of a run alone on an idle device
   * @param endSeconds when its last run ended, from the first arrival of the trace
   */
  public record FlowService(
      String flow,
      int runs,
      double meanLatencyMillis,
      double p95LatencyMillis,
      double meanAloneMillis,
      double endSeconds) {}

  /**
   * Waiting of the runs of one priority: time from acceptance to end in which no forward pass
   * served them.
   *
   * @param priority theirs
   * @param runs how many
   * @param meanMillis mean wait
   * @param p95Millis wait that 95 % don't exceed
   * @param meanLatencyMillis mean time from acceptance to end
   */
  public record Wait(
      int priority, int runs, double meanMillis, double p95Millis, double meanLatencyMillis) {}
}
