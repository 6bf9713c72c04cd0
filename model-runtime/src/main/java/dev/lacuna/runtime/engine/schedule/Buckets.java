package dev.lacuna.runtime.engine.schedule;

/**
 * Canvas lengths whose runs are alike to the {@link BatchPolicy}: 8, 16, 24, … 64, then eight to
 * each doubling (72, 80, … 128, 144, … 256, 288, …), up to the model's limit. Beyond 64 tokens runs
 * of one bucket differ by less than 1/9, and a model of 1024 tokens has 40 buckets.
 */
public final class Buckets {

  /** Least distance of two lengths: also what vectors of 8 floats like. */
  static final int STEP_MIN = 8;

  private static final int STEPS_PER_DOUBLING = 8;

  private Buckets() {}

  /**
   * The bucket of a canvas.
   *
   * @param canvasLength tokens, 1 to canvasLimit
   * @param canvasLimit longest canvas of the model
   * @return padded length in tokens, canvasLength to canvasLimit
   */
  public static int lengthFor(int canvasLength, int canvasLimit) {
    if (canvasLength < 1 || canvasLength > canvasLimit) {
      throw new IllegalArgumentException(
          "canvas of " + canvasLength + " tokens; the limit is " + canvasLimit);
    }
    int step = Math.max(STEP_MIN, Integer.highestOneBit(canvasLength - 1) / STEPS_PER_DOUBLING);
    long padded = ((long) canvasLength + step - 1) / step * step;
    return (int) Math.min(padded, canvasLimit);
  }

  /** Length of a row in a forward pass whose longest canvas is so long, in tokens. */
  static int padded(int canvasLength, int limit) {
    return Math.min(padded(canvasLength), limit);
  }

  /** The least multiple of {@link #STEP_MIN} that holds so many tokens. */
  public static int padded(int tokens) {
    return (tokens + STEP_MIN - 1) / STEP_MIN * STEP_MIN;
  }
}
