package dev.lacuna.runtime.text;

import java.util.Arrays;

/**
 * A run between two steps: all that is needed to go on with it, since randomness is a pure function
 * of seed, sample, pass, step and position.
 *
 * <p>The arrays are never written after construction.
 *
 * @param pass the pass that it is in, from 1
 * @param stepsDone steps of this pass behind it, 0 before the first
 * @param stepsTotal steps behind it, over all passes
 * @param maskTokens for every mask of the plan, in the order of {@link
 *     DocumentPlan#maskPositions()}: its token, or {@link #MASKED}
 * @param confidences confidence with which each token was predicted; 0 where none was
 */
public record RunProgress(
    int pass, int stepsDone, int stepsTotal, int[] maskTokens, float[] confidences) {

  /** Stands in {@link #maskTokens} for a position that no step has predicted yet. */
  public static final int MASKED = -1;

  /** Before the first step. */
  public static RunProgress start(DocumentPlan plan) {
    int[] tokens = new int[plan.maskCount()];
    Arrays.fill(tokens, MASKED);
    return new RunProgress(1, 0, 0, tokens, new float[tokens.length]);
  }

  /** A run in the first pass of its document. */
  public static RunProgress inFirstPass(int stepsDone, int[] maskTokens, float[] confidences) {
    return new RunProgress(1, stepsDone, stepsDone, maskTokens, confidences);
  }

  /** Masks left in the whole document. */
  public int masked() {
    return masked(0, maskTokens.length);
  }

  /**
   * Masks left among some.
   *
   * @param first index of the first mask
   * @param end index behind the last
   */
  public int masked(int first, int end) {
    int count = 0;
    for (int mask = first; mask < end; mask++) {
      if (maskTokens[mask] == MASKED) {
        count++;
      }
    }
    return count;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunProgress that
        && pass == that.pass
        && stepsDone == that.stepsDone
        && stepsTotal == that.stepsTotal
        && Arrays.equals(maskTokens, that.maskTokens)
        && Arrays.equals(confidences, that.confidences);
  }

  @Override
  public int hashCode() {
    int counts = 31 * (31 * pass + stepsDone) + stepsTotal;
    return 31 * (31 * counts + Arrays.hashCode(maskTokens)) + Arrays.hashCode(confidences);
  }
}
