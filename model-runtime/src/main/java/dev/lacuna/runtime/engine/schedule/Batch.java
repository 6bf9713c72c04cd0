package dev.lacuna.runtime.engine.schedule;

import dev.lacuna.runtime.engine.api.StepCost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs that share a forward pass.
 *
 * <p>Threading: owned by its policy's thread.
 *
 * @param <T> the runs
 */
public final class Batch<T> {

  private final int model;
  private final Shape shape;
  private final StepCost cost;
  private final List<ScheduledRun<T>> runs = new ArrayList<>();
  private final Map<Flow<T>, Double> guests = new LinkedHashMap<>(); // what other flows pay
  private int rows;
  private int longest; // tokens of the longest canvas
  private double worthMicros;
  private double micros;

  Batch(ModelShapes model, Shape shape) {
    this.model = model.model();
    this.shape = shape;
    this.cost = model.cost();
  }

  /** Index of their model. */
  public int model() {
    return model;
  }

  /**
   * Padded length of every row in tokens: that of the longest, up to a multiple of {@link
   * Buckets#STEP_MIN}.
   */
  public int length() {
    return Buckets.padded(longest, shape.length());
  }

  /** Rows that the forward pass has room for; a run of two rows may exceed it alone. */
  public int slots() {
    return shape.slots();
  }

  /** Rows that the runs take. */
  public int rows() {
    return rows;
  }

  boolean full() {
    return rows >= shape.slots();
  }

  /** The runs; the first is the one that the forward pass was chosen for. */
  public List<ScheduledRun<T>> runs() {
    return Collections.unmodifiableList(runs);
  }

  /** Estimated device time of the forward pass. */
  double micros() {
    return micros;
  }

  /**
   * What the forward pass does for its time: device time of its runs in full batches of their own
   * lengths, over its own. About 1 at best.
   */
  double efficiency() {
    return worthMicros / micros;
  }

  /** Notes what a run of another flow than the leader's pays for its place. */
  void charge(Flow<T> guest, double micros) {
    guests.merge(guest, micros, Double::sum);
  }

  /**
   * Device time that each flow pays. Guests pay for what their rows added; the leader's flow, for
   * which the forward pass is made, pays the rest.
   */
  Map<Flow<T>, Double> parts() {
    Map<Flow<T>, Double> parts = new LinkedHashMap<>(guests);
    double rest = micros;
    for (double part : guests.values()) {
      rest -= part;
    }
    parts.put(runs.get(0).live.flow(), Math.max(0, rest));
    return parts;
  }

  /** Whether a run fits beside the others. */
  boolean hasRoomFor(ScheduledRun<T> run) {
    return rows + run.demand().slots() <= shape.slots();
  }

  /** Rows × length with another run. */
  long cellsWith(ScheduledRun<T> run) {
    int longer = Buckets.padded(Math.max(longest, run.demand().length()), shape.length());
    return (long) (rows + run.demand().slots()) * longer;
  }

  /** Estimated device time of the forward pass with another run. */
  double microsWith(ScheduledRun<T> run) {
    return cost.microsHalfMasked(rows + run.demand().slots(), shape.length());
  }

  /** Whether another run makes the forward pass do more for its time. */
  boolean gainsBy(ScheduledRun<T> run) {
    return (worthMicros + run.worthMicros()) * micros >= worthMicros * microsWith(run);
  }

  /**
   * Takes a run in.
   *
   * @return by how much the forward pass takes longer
   */
  double add(ScheduledRun<T> run) {
    double before = micros;
    runs.add(run);
    rows += run.demand().slots();
    longest = Math.max(longest, run.demand().length());
    worthMicros += run.worthMicros();
    micros = cost.microsHalfMasked(rows, shape.length());
    return Math.max(0, micros - before); // a measured cost need not grow with its rows
  }
}
