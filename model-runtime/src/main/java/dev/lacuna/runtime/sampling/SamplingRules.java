package dev.lacuna.runtime.sampling;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import java.util.Optional;

/**
 * Decides the settings of a run: what the request says, else the model's defaults, within bounds
 * and together.
 *
 * <p>Where a request sets one of order and schedule, the other follows it if the model's default
 * does not go with it: independent schedules have random order, and other orders than random equal
 * parts where the default is independent. Rules without a schedule bring their own order.
 */
public final class SamplingRules {

  private SamplingRules() {}

  /**
   * Checks a request's settings.
   *
   * @param stepsMax most steps that a pass may take
   * @param seedIfAbsent seed where the request has none
   * @return settings, or a refusal with code {@link RefusalCodes#INVALID_SAMPLING}
   */
  public static Checked<SamplingSettings> decide(
      SamplingOverrides overrides, ModelFacts facts, int stepsMax, long seedIfAbsent) {
    Optional<Refusal> refusal =
        new SamplingBounds(overrides, facts, stepsMax)
            .check()
            .or(new SamplingCombinations(overrides, facts)::check);
    if (refusal.isPresent()) {
      return new Checked.Refused<>(refusal.get());
    }
    RevealRule rule = rule(overrides, facts);
    boolean unrolled = rule instanceof RevealRule.Unrolled;
    int stepsMost = unrolled ? RevealRule.Unrolled.mostSteps(stepsMax) : stepsMax;
    int stepsDefault = Math.min(facts.defaults().steps(), stepsMost);
    boolean counted = unrolled || rule instanceof RevealRule.Scheduled;
    return Checked.valid(
        new SamplingSettings(
            overrides.steps().orElse(counted ? stepsDefault : stepsMost),
            order(overrides, facts, rule),
            rule,
            overrides.temperature().orElse(facts.defaults().temperature()),
            overrides.topP().orElse(facts.defaults().topP()),
            overrides.topK().orElse(0),
            overrides.guidanceScale().orElse(0f),
            overrides.blockLength().orElse(0),
            unrolled ? 1f : overrides.updateFraction().orElse(1f),
            overrides.stopTokens(),
            overrides.seed().orElse(seedIfAbsent)));
  }

  private static RevealRule rule(SamplingOverrides overrides, ModelFacts facts) {
    if (overrides.threshold().isPresent()) {
      return new RevealRule.Threshold(overrides.threshold().get());
    }
    if (overrides.factor().isPresent()) {
      return new RevealRule.Factor(overrides.factor().get());
    }
    if (overrides.entropyBudget().isPresent()) {
      return new RevealRule.EntropyBudget(overrides.entropyBudget().get());
    }
    if (overrides.unrolled()) {
      return new RevealRule.Unrolled(overrides.updateFraction().orElse(1f));
    }
    CountSchedule byDefault = facts.defaults().schedule();
    boolean ordered = orderAsked(overrides).filter(o -> o != UnmaskingOrder.RANDOM).isPresent();
    boolean clashes = ordered && byDefault == CountSchedule.INDEPENDENT;
    return new RevealRule.Scheduled(
        overrides
            .schedule()
            .flatMap(CountSchedule::ofWireName)
            .orElse(clashes ? CountSchedule.EVEN : byDefault));
  }

  private static UnmaskingOrder order(
      SamplingOverrides overrides, ModelFacts facts, RevealRule rule) {
    if (rule instanceof RevealRule.EntropyBudget) {
      return UnmaskingOrder.ENTROPY;
    }
    if (rule instanceof RevealRule.Unrolled) {
      return UnmaskingOrder.RANDOM;
    }
    if (rule instanceof RevealRule.Scheduled scheduled) {
      boolean random = facts.replacesTokens() || scheduled.schedule() == CountSchedule.INDEPENDENT;
      return random
          ? UnmaskingOrder.RANDOM
          : orderAsked(overrides).orElse(facts.defaults().order());
    }
    return UnmaskingOrder.CONFIDENCE;
  }

  private static Optional<UnmaskingOrder> orderAsked(SamplingOverrides overrides) {
    return overrides.unmaskingOrder().flatMap(UnmaskingOrder::ofWireName);
  }
}
