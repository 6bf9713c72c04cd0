package dev.lacuna.runtime.engine.schedule;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;

/**
 * A padded length of a model's forward passes, and what they are worth there.
 *
 * <p>Threading: owned by its policy's thread.
 */
public final class Shape {

  /** A batch saturates a device if a row costs at most so many times what it costs at best. */
  private static final double SATURATION = 1.1;

  /**
   * Most tokens of a batch that saturation may ask for: scratch and the runtime's memory, which
   * never shrinks, grow with them.
   */
  public static final int CELLS_MAX = 65_536;

  private final int length;
  private final int slots;
  private final double worthMicros;
  private int runs;

  /**
   * A length without runs.
   *
   * @param length padded length in tokens
   * @param slots most rows of a forward pass, or {@link EngineOptions#AUTO}
   */
  Shape(int length, int slots, StepCost cost) {
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
  public int length() {
    return length;
  }

  /** Most rows of a forward pass of this length. */
  public int slots() {
    return slots;
  }

  /** Device time of one row in a full batch of this length. */
  double worthMicros() {
    return worthMicros;
  }

  /** Whether any flow has runs of this length. */
  boolean used() {
    return runs > 0;
  }

  void count(int change) {
    runs += change;
  }
}
