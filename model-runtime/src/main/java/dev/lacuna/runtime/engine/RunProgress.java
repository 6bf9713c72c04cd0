package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.text.CanvasPlan;
import java.util.Arrays;

/**
 * A run between two steps: all that is needed to go on with it, since randomness is a pure function
 * of seed, sample, pass, step and position.
 *
 * <p>The arrays are never written after construction.
 *
 * @param stepsDone steps behind it, 0 before the first
 * @param maskTokens for every mask of the plan, in the order of {@link CanvasPlan#maskPositions()}:
 *     its token, or {@link #MASKED}
 * @param confidences confidence with which each token was unmasked; 0 where still masked
 */
public record RunProgress(int stepsDone, int[] maskTokens, float[] confidences) {

  /** Stands in {@link #maskTokens} for a position that is still masked. */
  public static final int MASKED = -1;

  /** Before the first step. */
  public static RunProgress start(CanvasPlan plan) {
    int[] tokens = new int[plan.maskCount()];
    Arrays.fill(tokens, MASKED);
    return new RunProgress(0, tokens, new float[tokens.length]);
  }

  /** Masks left. */
  public int masked() {
    int count = 0;
    for (int token : maskTokens) {
      if (token == MASKED) {
        count++;
      }
    }
    return count;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunProgress that
        && stepsDone == that.stepsDone
        && Arrays.equals(maskTokens, that.maskTokens)
        && Arrays.equals(confidences, that.confidences);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * stepsDone + Arrays.hashCode(maskTokens)) + Arrays.hashCode(confidences);
  }
}
