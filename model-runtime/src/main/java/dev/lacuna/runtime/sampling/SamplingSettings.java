package dev.lacuna.runtime.sampling;

import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import java.util.List;

/**
 * Settings of one run, all decided and checked ({@link SamplingRules}).
 *
 * @param steps denoising steps of a pass, at least 1; a bound where the model's sureness decides
 * @param order which positions are surest
 * @param rule how many a step unmasks
 * @param temperature 0 for the most probable token, otherwise the logits' divisor
 * @param topP probability mass kept, in (0, 1]; 1 keeps all
 * @param topK tokens kept; 0 keeps all
 * @param guidanceScale weight of classifier-free guidance; 0 is off
 * @param blockLength masks of a semi-autoregressive block; 0 for all masks in one block
 * @param updateFraction share of the blanks' tokens that a step predicts anew where blanks start
 *     from noise, in (0, 1]; 1 otherwise
 * @param stopTokens ids that end the text of a trailing blank that may end early
 * @param seed seed of every random number of the request
 */
public record SamplingSettings(
    int steps,
    UnmaskingOrder order,
    RevealRule rule,
    float temperature,
    float topP,
    int topK,
    float guidanceScale,
    int blockLength,
    float updateFraction,
    List<Integer> stopTokens,
    long seed) {

  public SamplingSettings {
    stopTokens = List.copyOf(stopTokens);
  }

  /** Equal parts a step, without guidance, blocks or stop tokens. */
  public static SamplingSettings plain(
      int steps, UnmaskingOrder order, float temperature, float topP, int topK, long seed) {
    return new SamplingSettings(
        steps,
        order,
        new RevealRule.Scheduled(CountSchedule.EVEN),
        temperature,
        topP,
        topK,
        0f,
        0,
        1f,
        List.of(),
        seed);
  }

  /** Steps that the engine takes in a pass, at most. */
  public int engineSteps() {
    return rule instanceof RevealRule.Unrolled ? RevealRule.Unrolled.forwardPasses(steps) : steps;
  }

  /** Whether each step needs a second canvas whose known tokens are masked. */
  public boolean guided() {
    return guidanceScale > 0;
  }
}
