package dev.lacuna.evaluation.measure;

import dev.lacuna.runtime.facts.ModelFacts;
import java.util.Arrays;

/**
 * A known document on a model's canvas: start token where the family has one, text, end token where
 * documents have one. A longer text is cut at the canvas, and then has no end.
 *
 * <p>The array is never written after construction.
 *
 * @param document number of the document in its file, from 0; seeds what is drawn for it
 * @param tokens shape (canvas length)
 * @param textStart position of the first token that may be masked
 * @param textEnd position behind the text; an end token stands there, or nothing
 * @param cut whether the text was longer than the canvas
 */
public record EvaluationCanvas(
    int document, int[] tokens, int textStart, int textEnd, boolean cut) {

  /**
   * Lays a text out.
   *
   * @param text tokens without special ones
   */
  public static EvaluationCanvas of(int document, int[] text, ModelFacts facts) {
    int prefix = facts.special().hasStart() ? 1 : 0;
    int room = facts.canvasLimit() - prefix;
    boolean cut = text.length > room;
    int kept = Math.min(text.length, room);
    boolean ends = facts.endsDocuments() && kept < room;
    int[] tokens = new int[prefix + kept + (ends ? 1 : 0)];
    if (prefix == 1) {
      tokens[0] = facts.special().start();
    }
    System.arraycopy(text, 0, tokens, prefix, kept);
    if (ends) {
      tokens[tokens.length - 1] = facts.endToken();
    }
    boolean firstIsGiven = facts.firstIsGiven();
    int start = firstIsGiven ? Math.max(prefix, Math.min(1, kept)) : prefix;
    return new EvaluationCanvas(document, tokens, start, prefix + kept, cut);
  }

  /** Tokens whose likelihood counts: text and end token. */
  public int scoredTokens() {
    return tokens.length - textStart;
  }

  /** Tokens of the text that may be masked. */
  public int textTokens() {
    return textEnd - textStart;
  }

  /** The canvas with some positions masked. */
  public MaskedCanvas masked(int[] positions, int maskToken) {
    int[] canvas = tokens.clone();
    for (int position : positions) {
      canvas[position] = maskToken;
    }
    int[] targets = Arrays.stream(positions).map(position -> tokens[position]).toArray();
    return new MaskedCanvas(canvas, positions, targets);
  }
}
