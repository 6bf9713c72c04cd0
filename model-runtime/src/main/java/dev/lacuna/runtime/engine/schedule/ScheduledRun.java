package dev.lacuna.runtime.engine.schedule;

import java.util.Comparator;

/**
 * A run as the {@link BatchPolicy} knows it: what it asks for, its rank, and the work left of it.
 *
 * <p>Threading: owned by its policy's thread.
 *
 * @param <T> the run
 */
public final class ScheduledRun<T> {

  /** Older runs first. */
  static final Comparator<ScheduledRun<?>> BY_AGE =
      (a, b) -> {
        int accepted = Long.compare(a.demand.acceptedMicros(), b.demand.acceptedMicros());
        return accepted != 0 ? accepted : Long.compare(a.demand.arrival(), b.demand.arrival());
      };

  /** Priority with age, then deadline, then when a run is due, then age. */
  static final Comparator<ScheduledRun<?>> BY_RANK =
      (a, b) -> {
        int order = Long.compare(b.priority, a.priority);
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
   * @param flow whose part of the device's time it takes
   * @param alone whether it shares its forward passes with nobody, see {@link BatchPolicy#share}
   */
  public record Demand(
      int length,
      int slots,
      int priority,
      long deadlineMicros,
      long acceptedMicros,
      long arrival,
      String flow,
      boolean alone) {

    /** A run in company, in the common flow. */
    public Demand(
        int length,
        int slots,
        int priority,
        long deadlineMicros,
        long acceptedMicros,
        long arrival) {
      this(length, slots, priority, deadlineMicros, acceptedMicros, arrival, "", false);
    }
  }

  private final T run;
  private final Demand demand;
  final ModelShapes shapes;
  final Shape shape;
  private final double dueMicros;
  private double leftMicros;
  private boolean begun;
  private long priority; // with age; changes only while the run is in no bucket
  private long nextRiseMicros; // when it rises next
  RunBucket<T> bucket; // null while it is alone
  LiveRuns<T> live; // null while it is alone

  ScheduledRun(
      T run, Demand demand, ModelShapes shapes, Shape shape, double dueMicros, double leftMicros) {
    this.run = run;
    this.demand = demand;
    this.shapes = shapes;
    this.shape = shape;
    this.priority = demand.priority();
    this.nextRiseMicros = Long.MIN_VALUE;
    this.dueMicros = dueMicros;
    this.leftMicros = leftMicros;
  }

  /** The run itself. */
  public T run() {
    return run;
  }

  /** What it asks for. */
  public Demand demand() {
    return demand;
  }

  /** Index of its model. */
  public int model() {
    return shapes.model();
  }

  /** The shape of the batches that it leads. */
  public Shape shape() {
    return shape;
  }

  /** Its priority by now: the one that it came with and one for each period that it has waited. */
  long priority() {
    return priority;
  }

  long nextRiseMicros() {
    return nextRiseMicros;
  }

  /** Sets the priority for a time; the run must be in no bucket. */
  void rise(long priority, long nextRiseMicros) {
    this.priority = priority;
    this.nextRiseMicros = nextRiseMicros;
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
    return shape.worthMicros() * demand.slots();
  }

  /** Notes a step; returns by how much the work left has shrunk. */
  double served() {
    begun = true;
    double before = leftMicros;
    leftMicros = Math.max(0, leftMicros - worthMicros());
    return before - leftMicros;
  }
}
