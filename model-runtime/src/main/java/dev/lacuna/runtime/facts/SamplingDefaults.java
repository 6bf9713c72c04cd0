package dev.lacuna.runtime.facts;

/**
 * Settings of a request that names none: a family's, from its published sampler.
 *
 * @param steps denoising steps of a pass, at least 1
 * @param order which positions are surest
 * @param schedule how many are unmasked in a step
 * @param temperature 0 for the most probable token, otherwise the logits' divisor
 * @param topP probability mass kept, in (0, 1]; 1 keeps all
 */
public record SamplingDefaults(
    int steps, UnmaskingOrder order, CountSchedule schedule, float temperature, float topP) {

  /** Confidence order in equal parts, temperature 1. */
  public static SamplingDefaults plain(int steps) {
    return new SamplingDefaults(steps, UnmaskingOrder.CONFIDENCE, CountSchedule.EVEN, 1f, 1f);
  }
}
