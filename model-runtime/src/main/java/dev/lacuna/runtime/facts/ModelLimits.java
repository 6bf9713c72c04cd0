package dev.lacuna.runtime.facts;

/**
 * What a request may ask of a model at most, whatever its canvas holds.
 *
 * @param steps denoising steps of a pass ({@code steps.max}), at least 1
 * @param blankTokens tokens of one blank ({@code blank.tokens.max}), at least 1
 * @param documentTokens tokens of a document, blanks included ({@code document.tokens.max}), at
 *     least 1; planning takes time on the thread that accepts requests
 */
public record ModelLimits(int steps, int blankTokens, int documentTokens) {

  /** 1,024 steps, blanks of 16,384 tokens, documents of 65,536. */
  public static final ModelLimits DEFAULT = new ModelLimits(1024, 16_384, 65_536);

  /** Checks the bounds. */
  public ModelLimits {
    require("steps", steps);
    require("blankTokens", blankTokens);
    require("documentTokens", documentTokens);
  }

  private static void require(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be at least 1");
    }
  }
}
