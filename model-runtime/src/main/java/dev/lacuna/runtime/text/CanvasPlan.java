package dev.lacuna.runtime.text;

import java.util.List;

/**
 * A document laid out as one canvas.
 *
 * <p>The arrays are shared, never written after construction.
 *
 * @param document what was planned
 * @param tokens the canvas, shape (length): known tokens, and the mask id in every blank
 * @param blanks where the blanks are, ascending, in reading order
 * @param promptTokens known tokens of the canvas
 */
public record CanvasPlan(
    Document document, int[] tokens, List<BlankSpan> blanks, int promptTokens) {

  public CanvasPlan {
    blanks = List.copyOf(blanks);
  }

  /**
   * One blank on the canvas.
   *
   * @param start position of its first token
   * @param length tokens, at least 1
   * @param segment index of the blank in the document's segments
   * @param endAllowed whether the end token may be proposed here
   * @param takesLeadingSpace whether the space before the blank was left to the blank's first token
   *     (it is in the known text, so one leading space is dropped from the filled text)
   */
  public record BlankSpan(
      int start, int length, int segment, boolean endAllowed, boolean takesLeadingSpace) {}

  /** Length of the canvas in tokens, without padding. */
  public int length() {
    return tokens.length;
  }

  /** Masks of the canvas before the first step. */
  public int maskCount() {
    return blanks.stream().mapToInt(BlankSpan::length).sum();
  }

  /** Positions of all masks, ascending; shape (maskCount). Index i of a progress is position i. */
  public int[] maskPositions() {
    int[] positions = new int[maskCount()];
    int next = 0;
    for (BlankSpan blank : blanks) {
      for (int offset = 0; offset < blank.length(); offset++) {
        positions[next++] = blank.start() + offset;
      }
    }
    return positions;
  }
}
