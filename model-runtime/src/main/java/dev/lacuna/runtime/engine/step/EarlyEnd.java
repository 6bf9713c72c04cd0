package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.sampling.TextEnd;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;

/** What becomes of a trailing blank once it is known where its text ends. */
final class EarlyEnd {

  private EarlyEnd() {}

  /**
   * Fills the masks behind the end of the text, those of later passes too, with the end token, as
   * sure as the token that ended it. Does nothing while a token before the end is not known.
   *
   * @param tokens one for each mask of the document; written
   * @param confidences one for each mask of the document; written
   */
  static void fill(DocumentPlan plan, TextEnd textEnd, int[] tokens, float[] confidences) {
    int first = 0;
    for (DocumentPlan.BlankSpan blank : plan.blanks()) {
      int end = first + blank.length();
      if (blank.endAllowed()) {
        int last = textEnd.findKnown(tokens, first, end, RunProgress.MASKED);
        for (int mask = last + 1; mask < end; mask++) {
          if (tokens[mask] == RunProgress.MASKED) {
            tokens[mask] = textEnd.filler(tokens[last]);
            confidences[mask] = confidences[last];
          }
        }
      }
      first = end;
    }
  }
}
