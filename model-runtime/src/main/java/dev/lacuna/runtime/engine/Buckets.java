package dev.lacuna.runtime.engine;

/**
 * Canvas lengths that share a batch shape: 32, 48, 64, 96, 128, 192, 256, 384, …, two to each
 * doubling, up to the model's limit. Beyond 32 tokens padding is less than half of the canvas it
 * pads, and a model has only a few shapes.
 */
public final class Buckets {

  private static final int SHORTEST = 32;

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
    long power = SHORTEST;
    while (power < canvasLength) {
      long between = power + power / 2;
      if (canvasLength <= between) {
        return (int) Math.min(between, canvasLimit);
      }
      power *= 2;
    }
    return (int) Math.min(power, canvasLimit);
  }
}
