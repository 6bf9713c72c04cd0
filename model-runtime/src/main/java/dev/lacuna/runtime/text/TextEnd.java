package dev.lacuna.runtime.text;

import java.util.List;

/** Where the text of a blank ends that may end early: before the first token that ends it. */
final class TextEnd {

  private TextEnd() {}

  /**
   * Index behind the last token of the text.
   *
   * @param tokens shape (masks of the document)
   * @param from index of the blank's first token
   * @param to index behind its last
   * @param endToken ends the text, as any stop token does
   */
  static int of(int[] tokens, int from, int to, int endToken, List<Integer> stopTokens) {
    int end = from;
    while (end < to && tokens[end] != endToken && !stopTokens.contains(tokens[end])) {
      end++;
    }
    return end;
  }
}
