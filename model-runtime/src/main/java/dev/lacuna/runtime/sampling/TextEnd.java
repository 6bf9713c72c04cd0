package dev.lacuna.runtime.sampling;

import dev.lacuna.runtime.facts.ModelFacts;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Where the text of a trailing blank that may end early ends: before its first end or stop token.
 *
 * <p>Threading: immutable.
 */
public final class TextEnd {

  private final ModelFacts facts;
  private final Set<Integer> stopTokens;

  /** The rule of a run. */
  public TextEnd(ModelFacts facts, SamplingSettings settings) {
    this.facts = facts;
    this.stopTokens = Set.copyOf(settings.stopTokens());
  }

  /** Whether a token ends the text. */
  public boolean endsAt(int token) {
    return (facts.special().hasEnd() && token == facts.endToken()) || stopTokens.contains(token);
  }

  /**
   * Where the text ends.
   *
   * @param tokens one for each mask of the document
   * @param first index of the blank's first mask
   * @param end index behind its last
   * @return index of the first token that ends the text, or end
   */
  public int find(int[] tokens, int first, int end) {
    return find(tokens, first, end, this::endsAt);
  }

  /**
   * Where the text ends for sure, though the run is not over.
   *
   * @param unknown the number that stands for a token not predicted yet
   * @return index of the first token that ends the text, or end if one before it is not known
   */
  public int findKnown(int[] tokens, int first, int end, int unknown) {
    int found = find(tokens, first, end, token -> token == unknown || endsAt(token));
    return found < end && tokens[found] == unknown ? end : found;
  }

  /** What stands behind a token that ended the text. */
  public int filler(int token) {
    return facts.special().hasEnd() ? facts.endToken() : token;
  }

  private static int find(int[] tokens, int first, int end, IntPredicate wanted) {
    int index = first;
    while (index < end && !wanted.test(tokens[index])) {
      index++;
    }
    return index;
  }
}
