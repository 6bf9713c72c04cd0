package dev.lacuna.benchmarks.simulation;

import java.util.List;

/**
 * Runs that come to an engine.
 *
 * @param name of the trace
 * @param description what comes, in a few words
 * @param outstandingMax runs that are accepted at most before the first of them has ended; the
 *     others wait outside, and their waiting does not count
 * @param arrivals by time
 */
public record ArrivalTrace(
    String name, String description, int outstandingMax, List<Arrival> arrivals) {

  /** Copies the list. */
  public ArrivalTrace {
    arrivals = List.copyOf(arrivals);
  }
}
