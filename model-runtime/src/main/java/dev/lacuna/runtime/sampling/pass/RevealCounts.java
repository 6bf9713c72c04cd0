package dev.lacuna.runtime.sampling.pass;

import dev.lacuna.runtime.sampling.RevealRule;

/**
 * How many masks a rule without a schedule unmasks. Pure functions over the certainties of one
 * row's candidates, ranked: shape (candidates), falling, at least one.
 */
final class RevealCounts {

  private RevealCounts() {}

  /** What a rule says. */
  static int of(RevealRule rule, float[] ranked) {
    if (rule instanceof RevealRule.Threshold threshold) {
      return threshold(ranked, threshold.confidence());
    }
    if (rule instanceof RevealRule.Factor factor) {
      return factor(ranked, factor.factor());
    }
    if (rule instanceof RevealRule.EntropyBudget budget) {
      return entropyBudget(ranked, budget.nats());
    }
    throw new IllegalArgumentException("rule " + rule + " counts by steps");
  }

  /** The surest, and every other of at least this confidence. */
  static int threshold(float[] ranked, float confidence) {
    int count = 1;
    while (count < ranked.length && ranked[count] >= confidence) {
      count++;
    }
    return count;
  }

  /** Those before the first i ≥ 2 (from 1) with {@code c_i < 1 − factor / (i + 1)}. */
  static int factor(float[] ranked, float factor) {
    int count = 1;
    while (count < ranked.length && ranked[count] >= 1f - factor / (count + 2)) {
      count++;
    }
    return count;
  }

  /**
   * Those whose predecessors' entropies sum to at most the budget.
   *
   * @param ranked entropies' negatives
   */
  static int entropyBudget(float[] ranked, float nats) {
    int count = 1;
    float before = -ranked[0];
    while (count < ranked.length && before <= nats) {
      before -= ranked[count];
      count++;
    }
    return count;
  }
}
