package dev.lacuna.evaluation.measure;

/**
 * Which tokens of a text are masked in accuracy measures; end tokens never are, as in a document
 * whose blanks stand in its middle.
 *
 * @param share of the text's tokens, in (0, 1]
 * @param spanLength tokens masked in a row; 1 for single tokens
 * @param seed of the choice
 */
public record Masking(double share, int spanLength, long seed) {

  /** Checks the bounds. */
  public Masking {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share is " + share + "; it must be in (0, 1]");
    }
    if (spanLength < 1) {
      throw new IllegalArgumentException("spanLength is " + spanLength + "; it must be >= 1");
    }
  }

  /** Positions, ascending; empty only for an empty text. */
  public int[] of(EvaluationCanvas canvas) {
    return MaskChoice.spans(seed, canvas, share, spanLength);
  }
}
