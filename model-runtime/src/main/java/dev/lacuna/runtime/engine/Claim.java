package dev.lacuna.runtime.engine;

import java.util.Comparator;

/**
 * A run's claim to forward passes: what the {@link BatchPolicy} knows of it.
 *
 * <p>Threading: owned by its policy's thread.
 *
 * @param <T> the run
 */
public final class Claim<T> {

  /** Older runs first. */
  static final Comparator<Claim<?>> BY_AGE =
      (a, b) -> {
        int accepted = Long.compare(a.demand.acceptedMicros(), b.demand.acceptedMicros());
        return accepted != 0 ? accepted : Long.compare(a.demand.arrival(), b.demand.arrival());
      };

  /** Priority, then deadline, then when a run is due, then age. */
  static final Comparator<Claim<?>> BY_RANK =
      (a, b) -> {
        int order = Integer.compare(b.demand.priority(), a.demand.priority());
        if (order == 0) {
          order = Long.compare(a.demand.deadlineMicros(), b.demand.deadlineMicros());
        }
        if (order == 0) {
          order = Double.compare(a.dueMicros, b.dueMicros);
        }
        return order == 0 ? BY_AGE.compare(a, b) : order;
      };

  /**
   * What a run asks for.
   *
   * @param length tokens of its canvas
   * @param slots rows of a forward pass that it takes: 1, or 2 with guidance
   * @param priority higher goes first
   * @param deadlineMicros earlier goes first among equal priorities; {@link Long#MAX_VALUE} for
   *     none
   * @param acceptedMicros instant of acceptance in microseconds
   * @param arrival number that no other run of the policy has; breaks ties
   * @param alone whether it shares its forward passes with nobody, see {@link BatchPolicy#share}
   */
  public record Demand(
      int length,
      int slots,
      int priority,
      long deadlineMicros,
      long acceptedMicros,
      long arrival,
      boolean alone) {

    /** A run in company. */
    public Demand(
        int length,
        int slots,
        int priority,
        long deadlineMicros,
        long acceptedMicros,
        long arrival) {
      this(length, slots, priority, deadlineMicros, acceptedMicros, arrival, false);
    }
  }

  private final T run;
  private final Demand demand;
  final LiveRuns<T> lane;
  final RunBucket<T> bucket;
  private final double dueMicros;
  private double leftMicros;
  private boolean begun;

  Claim(
      T run,
      Demand demand,
      LiveRuns<T> lane,
      RunBucket<T> bucket,
      double dueMicros,
      double leftMicros) {
    this.run = run;
    this.demand = demand;
    this.lane = lane;
    this.bucket = bucket;
    this.dueMicros = dueMicros;
    this.leftMicros = leftMicros;
  }

  /** Whose claim it is. */
  public T run() {
    return run;
  }

  /** What it asks for. */
  public Demand demand() {
    return demand;
  }

  /** Whether a forward pass has served it. */
  public boolean begun() {
    return begun;
  }

  /** Estimate of the device time in microseconds that the run still needs, at least 0. */
  double leftMicros() {
    return leftMicros;
  }

  /** What a step of this run is worth: its device time in a batch of its own kind. */
  double worthMicros() {
    return bucket.worthMicros() * demand.slots();
  }

  /** Notes a step; returns by how much the work left has shrunk. */
  double served() {
    begun = true;
    double before = leftMicros;
    leftMicros = Math.max(0, leftMicros - worthMicros());
    return before - leftMicros;
  }
}
