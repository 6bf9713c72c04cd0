package dev.lacuna.benchmarks.simulation;

/**
 * A run that is to come.
 *
 * @param atMicros when, from the beginning of its trace
 * @param length tokens of its canvas, all masked
 * @param steps denoising steps
 * @param priority higher goes first
 * @param flow whose part of the device's time it takes
 */
public record Arrival(long atMicros, int length, int steps, int priority, String flow) {

  /** A run of the common flow. */
  public Arrival(long atMicros, int length, int steps, int priority) {
    this(atMicros, length, steps, priority, "");
  }
}
