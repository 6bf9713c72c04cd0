package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.onnx.GraphBuilder.Value;

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

  static VocabularyGroups of(int vocabulary) {
    if (vocabulary <= SINGLE_GROUP) {
      return new VocabularyGroups(1, vocabulary, 0);
    }
    int root = (int) Math.sqrt(vocabulary);
    // A divisor saves the copy that padding costs.
    for (int width = root; width >= root / 4; width--) {
      if (vocabulary % width == 0) {
        return new VocabularyGroups(vocabulary / width, width, 0);
      }
    }
    int groups = (vocabulary + USUAL_WIDTH - 1) / USUAL_WIDTH;
    return new VocabularyGroups(groups, USUAL_WIDTH, groups * USUAL_WIDTH - vocabulary);
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
