package dev.lacuna.runtime.sampling;

/**
 * How many masks each step unmasks: LLaDA's {@code get_num_transfer_tokens} over the whole canvas
 * (ML-GSAI/LLaDA {@code generate.py}). n masks over S steps give n div S each, and the first n mod
 * S steps one more; more steps than masks are cut to one mask a step.
 *
 * @param masks masks of the canvas before the first step, n
 * @param steps steps of the run, S = min(steps asked for, n)
 */
public record UnmaskingSchedule(int masks, int steps) {

  /** Refuses more steps than masks, and masks without a step. */
  public UnmaskingSchedule {
    if (masks < 0 || steps < 0 || steps > masks || (steps == 0 && masks > 0)) {
      throw new IllegalArgumentException(
          "no schedule of " + steps + " steps over " + masks + " masks");
    }
  }

  /** The schedule of a canvas whose run asks for a number of steps, at least 1. */
  public static UnmaskingSchedule of(int masks, int stepsAsked) {
    return new UnmaskingSchedule(masks, Math.min(stepsAsked, masks));
  }

  /**
   * Masks to unmask in a step; the last step and any beyond take all that are left, so that a
   * finished run has no mask.
   *
   * @param step from 1
   * @param masked masks left before the step
   */
  public int count(int step, int masked) {
    if (step >= steps) {
      return masked;
    }
    int scheduled = masks / steps + (step <= masks % steps ? 1 : 0);
    return Math.min(scheduled, masked);
  }
}
