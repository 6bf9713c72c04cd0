package dev.lacuna.runtime.onnx.session;

/**
 * How much of a step runs at a time. Results are the same bit for bit, whatever the sizes; time and
 * memory are not.
 *
 * @param tilePositions canvas positions that run through the layers together: so many or up to
 *     twice as many; rows are not cut
 * @param chunkPositions positions whose logits are in memory together, at most
 */
public record StepSizes(int tilePositions, int chunkPositions) {

  /** A batch runs whole, its logits all at once: what other sizes are compared with. */
  public static final StepSizes WHOLE = new StepSizes(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /**
   * Tiles of a CPU with 1 MiB of second-level cache a core, 2 cores: 16 rows of 256 tokens take 195
   * ms at hidden size 256 and tiles of 512 positions, 183 of 1024, 181 of 2048, 195 whole; at
   * hidden size 768 they take 1856, 1797, 1793 and 1903 ms.
   */
  private static final int CPU_TILE_POSITIONS = 1024;

  /**
   * Logits of a chunk on a CPU, 4 MiB: they are sampled out of the cache. At a vocabulary of 4096
   * chunks of 128, 256 and 512 positions take the same time, 4096 positions at once a third more.
   */
  private static final int CPU_CHUNK_LOGITS = 1 << 20;

  /** Logits of a chunk on a GPU, 256 MiB: a bound on memory. Not measured. */
  private static final int GPU_CHUNK_LOGITS = 1 << 26;

  /**
   * Fewer positions leave a large model's projection waiting for its weights; at a vocabulary of
   * 126,464 they are 32 MiB of logits.
   */
  private static final int FEWEST_CHUNK_POSITIONS = 64;

  /** More make no difference to a CPU's projection. */
  private static final int MOST_CHUNK_POSITIONS = 512;

  public StepSizes {
    if (tilePositions < 1 || chunkPositions < 1) {
      throw new IllegalArgumentException(
          "tiles of "
              + tilePositions
              + " positions and chunks of "
              + chunkPositions
              + ", expected at least 1 of each");
    }
  }

  /**
   * The sizes that were found to be good.
   *
   * @param vocabulary width of the logits
   * @param device {@code cpu}, {@code cuda:0}, …; a GPU wants all of a batch at once
   */
  public static StepSizes found(int vocabulary, String device) {
    if (!device.equals("cpu")) {
      int positions = Math.max(FEWEST_CHUNK_POSITIONS, GPU_CHUNK_LOGITS / vocabulary);
      return new StepSizes(Integer.MAX_VALUE, positions);
    }
    int positions = Math.min(MOST_CHUNK_POSITIONS, CPU_CHUNK_LOGITS / vocabulary);
    return new StepSizes(CPU_TILE_POSITIONS, Math.max(FEWEST_CHUNK_POSITIONS, positions));
  }
}
