package dev.lacuna.runtime.checkpoint.safetensors;

import java.util.List;

/**
 * Where a weight of the graph lies in a checkpoint: rows of one stored tensor, after a
 * transposition if it is stored [in, out].
 *
 * @param tensor name of the stored tensor
 * @param storedShape shape that it must have
 * @param transposed whether rows are the stored tensor's columns
 * @param rows which rows; those of a vector are its elements
 */
public record StoredSlice(String tensor, List<Long> storedShape, boolean transposed, Rows rows) {

  /**
   * Ranges of rows, one after another.
   *
   * @param first first row of the first range
   * @param count rows of a range
   * @param times number of ranges
   * @param stride from one range's first row to the next one's
   */
  public record Rows(long first, long count, int times, long stride) {

    /** One range. */
    public static Rows range(long first, long count) {
      return new Rows(first, count, 1, count);
    }

    /** First row of a range. */
    long start(int range) {
      return first + range * stride;
    }
  }

  public StoredSlice {
    storedShape = List.copyOf(storedShape);
  }

  /** All of a tensor as it is stored. */
  public static StoredSlice whole(String tensor, List<Long> shape) {
    return new StoredSlice(tensor, shape, false, Rows.range(0, shape.get(0)));
  }

  /** Elements of one row. */
  long rowElements() {
    return transposed ? storedShape.get(0) : storedShape.size() == 1 ? 1 : storedShape.get(1);
  }
}
