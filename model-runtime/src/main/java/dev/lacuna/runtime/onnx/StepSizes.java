package dev.lacuna.runtime.onnx;

/**
 * How much of a step runs at a time. Results are the same bit for bit, whatever the sizes; time and
 * memory are not.
 *
 * @param tilePositions canvas positions that run through the layers together; rows are not cut
 * @param chunkLogits logits (positions × vocabulary) that are in memory together
 */
public record StepSizes(int tilePositions, int chunkLogits) {

  /** A batch runs whole, its logits all at once: what the others are compared with. */
  public static final StepSizes WHOLE = new StepSizes(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /**
   * What was measured to be best on a CPU with 1 MiB of second-level cache a core (hidden size 256,
   * vocabulary 4096, 2 cores): 1024 positions a tile take 54 ms, 4096 at once 228 ms; a chunk of
   * 2<sup>20</sup> logits (4 MiB) is sampled out of the cache, 4096 positions in 22 ms instead of
   * 30.
   */
  public static final StepSizes MEASURED = new StepSizes(1024, 1 << 20);

  /** Fewer would leave the vocabulary projection waiting for its weights. */
  private static final int FEWEST_POSITIONS = 64;

  /** More make no difference to the projection. */
  private static final int MOST_POSITIONS = 512;

  public StepSizes {
    if (tilePositions < 1 || chunkLogits < 1) {
      throw new IllegalArgumentException(
          "a tile of "
              + tilePositions
              + " positions and chunks of "
              + chunkLogits
              + " logits, expected at least 1 of each");
    }
  }

  /** Positions of a chunk at most. */
  int chunkPositions(int vocabulary) {
    if (chunkLogits == Integer.MAX_VALUE) {
      return Integer.MAX_VALUE;
    }
    return Math.max(FEWEST_POSITIONS, Math.min(MOST_POSITIONS, chunkLogits / vocabulary));
  }
}
