package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;

/**
 * How a vocabulary is cut into equal groups for the two-level inverse CDF: {@code groups × width}
 * is at least the vocabulary, and both are kept small, since each costs a triangular matrix.
 *
 * @param groups number of groups
 * @param width ids of a group
 * @param padding ids to be added to the vocabulary, of probability 0
 */
record VocabularyGroups(int groups, int width, int padding) {

  private static final int SINGLE_GROUP = 256;
  private static final int USUAL_WIDTH = 128;

  /**
   * Widths are multiples of so many numbers, 64 bytes. The runtime's sums over rows (Eigen's) begin
   * with the numbers before the first aligned address, so that the order of adding, and with it the
   * last bits, would depend on where in a chunk a row lies.
   */
  static final int ALIGNED = 16;

  static VocabularyGroups of(int vocabulary) {
    if (vocabulary <= SINGLE_GROUP) {
      return new VocabularyGroups(1, vocabulary + missing(vocabulary), missing(vocabulary));
    }
    int root = (int) Math.sqrt(vocabulary);
    // A divisor saves the copy that padding costs.
    for (int width = root; width >= root / 4; width--) {
      if (vocabulary % width == 0 && width % ALIGNED == 0) {
        return new VocabularyGroups(vocabulary / width, width, 0);
      }
    }
    int groups = (vocabulary + USUAL_WIDTH - 1) / USUAL_WIDTH;
    return new VocabularyGroups(groups, USUAL_WIDTH, groups * USUAL_WIDTH - vocabulary);
  }

  /** How many numbers a row lacks to be aligned. */
  private static int missing(int width) {
    return -width & (ALIGNED - 1);
  }

  /**
   * Sums of the rows of a matrix, the same bits wherever a row lies; shape (rows, 1).
   *
   * @param x shape (rows, vocabulary)
   */
  static Value sums(GraphBuilder graph, Value x, int vocabulary) {
    int missing = missing(vocabulary);
    Value aligned = missing == 0 ? x : graph.node("Pad", x, graph.longs(0, 0, 0, missing));
    return graph.node("ReduceSum", aligned, graph.longs(-1));
  }

  /**
   * Cuts a matrix.
   *
   * @param x shape (positions, vocabulary)
   * @param filler of the padding
   * @return shape (positions, groups, width)
   */
  Value cut(GraphBuilder graph, Value x, float filler) {
    Value padded =
        padding == 0
            ? x
            : graph.node("Pad", x, graph.longs(0, 0, 0, padding), graph.scalar(filler));
    return graph.node("Reshape", padded, graph.longs(-1, groups, width));
  }
}
