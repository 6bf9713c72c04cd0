package dev.lacuna.runtime.checkpoint;

import java.util.List;

/**
 * Where a weight of the graph lies in a checkpoint: rows of one stored tensor, after a
 * transposition if it is stored [in, out].
 *
 * @param tensor name of the stored tensor
 * @param storedShape shape that it must have
 * @param transposed whether rows are the stored tensor's columns
 * @param rows ranges of rows, one after another; rows of a vector are its elements
 */
record StoredSlice(String tensor, List<Long> storedShape, boolean transposed, List<Rows> rows) {

  /**
   * A range of rows.
   *
   * @param first from 0
   * @param count at least 1
   */
  record Rows(long first, long count) {}

  StoredSlice {
    storedShape = List.copyOf(storedShape);
    rows = List.copyOf(rows);
  }

  /** Elements of one row. */
  long rowElements() {
    return transposed ? storedShape.get(0) : storedShape.size() == 1 ? 1 : storedShape.get(1);
  }
}
