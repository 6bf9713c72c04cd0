package dev.lacuna.runtime.text;

import java.util.List;
import java.util.Optional;

/**
 * A document with its blanks filled.
 *
 * @param text the whole document
 * @param blanks the filled blanks in reading order
 * @param meanLogProbability mean natural logarithm of the tokens' confidences
 */
public record FilledDocument(String text, List<FilledBlank> blanks, double meanLogProbability) {

  public FilledDocument {
    blanks = List.copyOf(blanks);
  }

  /**
   * One filled blank.
   *
   * @param name as asked for
   * @param text its text; U+FFFD where the tokens are no valid UTF-8
   * @param tokenIds its tokens up to, not including, an end token
   * @param confidences confidence of each of these tokens, shape as tokenIds
   */
  public record FilledBlank(
      Optional<String> name, String text, int[] tokenIds, float[] confidences) {}
}
