package dev.lacuna.runtime.text;

import java.util.List;

/**
 * A document as tokens, and the canvases that fill it.
 *
 * <p>A document that fits one canvas has one pass. Of a longer one each pass takes a window; a
 * window holds known tokens, blanks that earlier passes have filled, and the masks of its own pass,
 * never masks of a later one. The masks of all passes together are those of the document, in
 * reading order.
 *
 * <p>The arrays are shared, never written after construction.
 *
 * @param document what was planned
 * @param tokens the whole document, shape (length): the family's start token if it has one, known
 *     tokens, and in every blank the mask id, or padding where the family has none
 * @param blanks where the blanks are, ascending, in reading order
 * @param promptTokens known tokens of the document
 * @param passes at least one, in the order in which they run
 */
public record DocumentPlan(
    Document document, int[] tokens, List<BlankSpan> blanks, int promptTokens, List<Pass> passes) {

  public DocumentPlan {
    blanks = List.copyOf(blanks);
    passes = List.copyOf(passes);
  }

  /**
   * One blank.
   *
   * @param start position of its first token in the document
   * @param length tokens, at least 1
   * @param segment index of the blank in the document's segments
   * @param endAllowed whether the end token may be proposed here
   * @param takesLeadingSpace whether the space before the blank was left to the blank's first token
   *     (it is in the known text, so one leading space is dropped from the filled text)
   */
  public record BlankSpan(
      int start, int length, int segment, boolean endAllowed, boolean takesLeadingSpace) {}

  /**
   * A window of the document that is filled as one canvas.
   *
   * @param start position of its first token in the document
   * @param end position behind its last token
   * @param firstMask index of its first mask among the document's masks
   * @param masks masks that it fills
   */
  public record Pass(int start, int end, int firstMask, int masks) {

    /** Tokens of the canvas. */
    public int length() {
      return end - start;
    }
  }

  /** A document that fits one canvas. */
  public static DocumentPlan onOneCanvas(
      Document document, int[] tokens, List<BlankSpan> blanks, int promptTokens) {
    int masks = blanks.stream().mapToInt(BlankSpan::length).sum();
    return new DocumentPlan(
        document, tokens, blanks, promptTokens, List.of(new Pass(0, tokens.length, 0, masks)));
  }

  /** Length of the document in tokens. */
  public int length() {
    return tokens.length;
  }

  /** Masks of the document before the first step. */
  public int maskCount() {
    return blanks.stream().mapToInt(BlankSpan::length).sum();
  }

  /** A pass by its number, from 1. */
  public Pass pass(int number) {
    return passes.get(number - 1);
  }

  /**
   * Positions of all masks in the document, ascending; shape (maskCount). Index i of a progress is
   * position i.
   */
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
