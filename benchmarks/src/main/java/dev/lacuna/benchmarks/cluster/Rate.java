package dev.lacuna.benchmarks.cluster;

import java.util.Arrays;

/**
 * Completions a second in the steady state.
 *
 * @param perSecond between the two instants at the ends of what is counted
 * @param counted completions between them
 * @param seconds between them
 */
public record Rate(double perSecond, int counted, double seconds) {

  /**
   * Leaves out the ends of a round, where the batch fills and empties.
   *
   * @param nanos instants of all completions, in any order
   * @param edge completions at either end that don't count; at least 1
   */
  public static Rate steady(long[] nanos, int edge) {
    if (edge < 1 || nanos.length <= 2 * edge) {
      throw new IllegalArgumentException(
          nanos.length + " completions can't lose " + edge + " at either end");
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    int counted = sorted.length - 2 * edge;
    double seconds = (sorted[sorted.length - 1 - edge] - sorted[edge - 1]) / 1e9;
    return new Rate(counted / seconds, counted, seconds);
  }
}
