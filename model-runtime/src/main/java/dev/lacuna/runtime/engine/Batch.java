package dev.lacuna.runtime.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs that share a forward pass.
 *
 * <p>Threading: owned by its policy's thread.
 *
 * @param <T> the runs
 */
public final class Batch<T> {

  private final int model;
  private final int bucketLength;
  private final int slots;
  private final StepCost cost;
  private final List<Claim<T>> claims = new ArrayList<>();
  private int rows;
  private int longest; // tokens of the longest canvas
  private double worthMicros;
  private double micros;

  Batch(int model, int bucketLength, int slots, StepCost cost) {
    this.model = model;
    this.bucketLength = bucketLength;
    this.slots = slots;
    this.cost = cost;
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
    return Math.min(Buckets.padded(longest), bucketLength);
  }

  /** Rows that the forward pass has room for; a run of two rows may exceed it alone. */
  public int slots() {
    return slots;
  }

  /** Rows that the runs take. */
  public int rows() {
    return rows;
  }

  boolean full() {
    return rows >= slots;
  }

  /** The runs; the first is the one that the forward pass was chosen for. */
  public List<Claim<T>> claims() {
    return Collections.unmodifiableList(claims);
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

  /** Whether another run makes the forward pass do more for its time. */
  boolean gainsBy(Claim<T> claim) {
    double together = cost.microsHalfMasked(rows + claim.demand().slots(), bucketLength);
    return (worthMicros + claim.worthMicros()) * micros >= worthMicros * together;
  }

  /** Rows × length with another run. */
  long cellsWith(Claim<T> claim) {
    int longer = Math.min(Buckets.padded(Math.max(longest, claim.demand().length())), bucketLength);
    return (long) (rows + claim.demand().slots()) * longer;
  }

  void add(Claim<T> claim) {
    claims.add(claim);
    rows += claim.demand().slots();
    longest = Math.max(longest, claim.demand().length());
    worthMicros += claim.worthMicros();
    micros = cost.microsHalfMasked(rows, bucketLength);
  }
}
