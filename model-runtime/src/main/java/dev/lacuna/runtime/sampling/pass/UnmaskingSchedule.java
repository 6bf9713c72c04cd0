package dev.lacuna.runtime.sampling.pass;

import dev.lacuna.runtime.facts.CountSchedule;

/**
 * How many masks of one block each of its steps unmasks.
 *
 * @param counts what is counted
 * @param epsilon last timestep of {@link CountSchedule#LINEAR} and {@link
 *     CountSchedule#INDEPENDENT}
 * @param steps steps of the block, at least 1
 */
public record UnmaskingSchedule(CountSchedule counts, float epsilon, int steps) {

  /** Refuses a schedule without a step. */
  public UnmaskingSchedule {
    if (steps < 1) {
      throw new IllegalArgumentException("no schedule of " + steps + " steps");
    }
  }

  /**
   * Masks to unmask in a step; the last step and any beyond take all that are left, so that a
   * finished block has no mask.
   *
   * <p>{@code EVEN}: n masks over S steps give n div S each and the first n mod S steps one more
   * ({@code get_num_transfer_tokens} of ML-GSAI/LLaDA), which at every step is what is left divided
   * by the steps left, rounded up. {@code LINEAR}: truncated in fp32, so that a step may unmask
   * none ({@code diff_sample} of ML-GSAI/SMDM). Of {@code INDEPENDENT} the number is left to
   * chance, see {@link #share}; here it counts as all.
   *
   * @param step of the block, from 1
   * @param masked masks of the block left before the step
   */
  public int count(int step, int masked) {
    if (step >= steps) {
      return masked;
    }
    return switch (counts) {
      case EVEN -> ceilDiv(masked, steps - step + 1);
      case LINEAR -> (int) (masked * share(step));
      case INDEPENDENT -> masked;
    };
  }

  /**
   * Probability with which an {@code INDEPENDENT} step unmasks each mask; 1 in the last step.
   *
   * @param step of the block, from 1
   */
  public float share(int step) {
    return step >= steps ? 1f : Timesteps.share(epsilon, steps, step);
  }

  /** For positive numbers. */
  static int ceilDiv(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
