package dev.lacuna.runtime.text;

import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import java.util.List;

/**
 * The spaces at a blank's edges: none is lost, none doubled.
 *
 * <p>Tokens of most vocabularies hold their spaces, and what they say is the blank's text; only the
 * space that the known text before the blank already has is dropped. Word-level tokens hold none:
 * there a space stands between a blank and its neighbour where both have a letter or digit.
 */
final class BlankEdges {

  private BlankEdges() {}

  /**
   * A blank's text with its edges set right.
   *
   * @param decoded what its tokens say after what is before them
   * @param takesLeadingSpace whether the space before the blank was left to its first token
   * @param before the document's text so far
   * @param segments the document's
   * @param segment index of the blank
   */
  static String set(
      String decoded,
      boolean takesLeadingSpace,
      boolean spacesTokens,
      CharSequence before,
      List<Segment> segments,
      int segment) {
    if (!spacesTokens) {
      return takesLeadingSpace && decoded.startsWith(" ") ? decoded.substring(1) : decoded;
    }
    String words = decoded.strip();
    if (words.isEmpty()) {
      return "";
    }
    boolean spaceBefore = before.length() > 0 && isWord(last(before)) && isWord(first(words));
    boolean spaceAfter = isWord(last(words)) && isWord(following(segments, segment));
    return (spaceBefore ? " " : "") + words + (spaceAfter ? " " : "");
  }

  /** First code point of the text that follows; 0 before a blank, which sees to its own edge. */
  private static int following(List<Segment> segments, int segment) {
    for (Segment next : segments.subList(segment + 1, segments.size())) {
      if (!(next instanceof Text text)) {
        return 0;
      }
      if (!text.content().isEmpty()) {
        return first(text.content());
      }
    }
    return 0;
  }

  private static boolean isWord(int codePoint) {
    return Character.isLetterOrDigit(codePoint);
  }

  private static int first(CharSequence text) {
    return Character.codePointAt(text, 0);
  }

  private static int last(CharSequence text) {
    return Character.codePointBefore(text, text.length());
  }
}
