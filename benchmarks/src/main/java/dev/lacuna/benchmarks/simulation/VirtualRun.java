package dev.lacuna.benchmarks.simulation;

/**
 * A run without tokens.
 *
 * <p>Threading: owned by its simulation.
 */
final class VirtualRun {

  final Arrival arrival;
  final long number;
  final long acceptedMicros;
  int stepsDone;
  double servedMicros; // device time of the forward passes that it was in
  double endMicros;

  VirtualRun(Arrival arrival, long number, long acceptedMicros) {
    this.arrival = arrival;
    this.number = number;
    this.acceptedMicros = acceptedMicros;
  }

  int length() {
    return arrival.length();
  }

  boolean over() {
    return stepsDone == arrival.steps();
  }

  /** Masks before the next step, where every step unmasks the same share. */
  double masked() {
    return (double) length() * (arrival.steps() - stepsDone) / arrival.steps();
  }
}
