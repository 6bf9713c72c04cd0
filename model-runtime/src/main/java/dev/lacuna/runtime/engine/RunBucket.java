package dev.lacuna.runtime.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The live runs of one bucket in the order of their rank, and what a forward pass of its length is
 * worth.
 *
 * <p>Threading: owned by its policy's thread.
 */
final class RunBucket<T> {

  /** A batch saturates a device if a row costs at most so many times what it costs at best. */
  private static final double SATURATION = 1.1;

  /**
   * Most tokens of a batch that saturation may ask for: scratch and the runtime's memory, which
   * never shrinks, grow with them.
   */
  static final int CELLS_MAX = 65_536;

  private final int length;
  private final int slots;
  private final double worthMicros;
  private final List<Claim<T>> byRank = new ArrayList<>();

  /**
   * An empty bucket.
   *
   * @param length padded length in tokens
   * @param slots most rows of a forward pass, or {@link EngineOptions#AUTO}
   */
  RunBucket(int length, int slots, StepCost cost) {
    this.length = length;
    this.slots = slots == EngineOptions.AUTO ? saturating(cost, length) : slots;
    this.worthMicros = cost.microsHalfMasked(this.slots, length) / this.slots;
  }

  /** Fewest rows of a length with which a forward pass is about as cheap a row as it gets. */
  static int saturating(StepCost cost, int length) {
    int most = Math.max(1, Math.min(EngineOptions.SLOTS_MAX, CELLS_MAX / length));
    double least = Double.POSITIVE_INFINITY;
    for (int rows = 1; rows <= most; rows++) {
      least = Math.min(least, cost.microsHalfMasked(rows, length) / rows);
    }
    int rows = 1;
    while (cost.microsHalfMasked(rows, length) / rows > SATURATION * least) {
      rows++;
    }
    return rows;
  }

  /** Padded length in tokens. */
  int length() {
    return length;
  }

  /** Most rows of a forward pass of this length. */
  int slots() {
    return slots;
  }

  /** Device time of one row in a full batch of this length. */
  double worthMicros() {
    return worthMicros;
  }

  int size() {
    return byRank.size();
  }

  /** The runs in the order of rank. */
  Iterable<Claim<T>> claims() {
    return byRank;
  }

  /** The run of a place in the order of rank, from 0. */
  Claim<T> get(int place) {
    return byRank.get(place);
  }

  void add(Claim<T> claim) {
    byRank.add(-1 - placeOf(claim), claim);
  }

  boolean remove(Claim<T> claim) {
    int place = placeOf(claim);
    if (place < 0) {
      return false;
    }
    byRank.remove(place);
    return true;
  }

  private int placeOf(Claim<T> claim) {
    return Collections.binarySearch(byRank, claim, Claim.BY_RANK);
  }
}
