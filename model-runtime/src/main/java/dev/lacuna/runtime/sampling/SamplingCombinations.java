package dev.lacuna.runtime.sampling;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which sampling fields go together; each is within its bounds. */
final class SamplingCombinations {

  private final SamplingOverrides overrides;
  private final ModelFacts facts;

  SamplingCombinations(SamplingOverrides overrides, ModelFacts facts) {
    this.overrides = overrides;
    this.facts = facts;
  }

  /** The first combination that can't work. */
  Optional<Refusal> check() {
    return facts.replacesTokens()
        ? checkNoise()
        : updateFraction().or(this::adaptive).or(this::schedule);
  }

  /** Fields of the adaptive rules that are set, in the order of the documents. */
  private List<String> adaptiveRules() {
    List<String> set = new ArrayList<>();
    overrides.threshold().ifPresent(value -> set.add("threshold"));
    overrides.factor().ifPresent(value -> set.add("factor"));
    overrides.entropyBudget().ifPresent(value -> set.add("entropyBudget"));
    return set;
  }

  /** Without masks nothing is unmasked: all that chooses masks has no meaning. */
  private Optional<Refusal> checkNoise() {
    Map<String, Boolean> impossible = new LinkedHashMap<>();
    impossible.put(
        "unmaskingOrder",
        overrides.unmaskingOrder().filter(name -> !name.equals("random")).isPresent());
    impossible.put("schedule", overrides.schedule().isPresent() && !overrides.unrolled());
    adaptiveRules().forEach(field -> impossible.put(field, true));
    impossible.put("guidanceScale", overrides.guidanceScale().filter(w -> w > 0).isPresent());
    impossible.put("blockLength", overrides.blockLength().isPresent());
    return impossible.entrySet().stream()
        .filter(Map.Entry::getValue)
        .findFirst()
        .map(
            field ->
                refused(
                    field.getKey(),
                    "needs a model that fills masks, and '%s' starts from random tokens, which each step predicts anew; leave it out%s"
                        .formatted(
                            facts.name(),
                            field.getKey().equals("schedule") ? " or send 'unrolled'" : "")));
  }

  private Optional<Refusal> updateFraction() {
    return overrides
        .updateFraction()
        .filter(fraction -> fraction < 1)
        .map(
            fraction ->
                refused(
                    "updateFraction",
                    "needs a model that starts from random tokens, and '%s' fills masks; leave it out"
                        .formatted(facts.name())));
  }

  private Optional<Refusal> adaptive() {
    List<String> rules = adaptiveRules();
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    String rule = rules.get(0);
    if (rules.size() > 1) {
      return Optional.of(
          refused(rules.get(1), "can't go with sampling." + rule + "; leave one of them out"));
    }
    if (overrides.schedule().isPresent()) {
      return Optional.of(
          refused(
              "schedule",
              "can't go with sampling.%s, which decides how many a step unmasks; leave one of them out"
                  .formatted(rule)));
    }
    String order = orderOf(rule).wireName();
    return overrides
        .unmaskingOrder()
        .filter(name -> !name.equals(order))
        .map(
            name ->
                refused(
                    "unmaskingOrder",
                    "is '%s', and sampling.%s goes by %s; leave it out or send '%s'"
                        .formatted(name, rule, order, order)));
  }

  private Optional<Refusal> schedule() {
    if (overrides.unrolled()) {
      return Optional.of(
          refused(
              "schedule",
              "is 'unrolled', which needs a model that starts from random tokens, and '%s' fills masks; send another schedule"
                  .formatted(facts.name())));
    }
    boolean independent =
        overrides.schedule().filter(CountSchedule.INDEPENDENT.wireName()::equals).isPresent();
    return overrides
        .unmaskingOrder()
        .filter(order -> independent && !order.equals(UnmaskingOrder.RANDOM.wireName()))
        .map(
            order ->
                refused(
                    "schedule",
                    "is 'independent', which unmasks each token by chance, and sampling.unmaskingOrder is '%s'; send 'random' or another schedule"
                        .formatted(order)));
  }

  /** The order that a rule without a schedule goes by. */
  private static UnmaskingOrder orderOf(String rule) {
    return rule.equals("entropyBudget") ? UnmaskingOrder.ENTROPY : UnmaskingOrder.CONFIDENCE;
  }

  private static Refusal refused(String field, String why) {
    return new Refusal(
        RefusalCodes.INVALID_SAMPLING,
        "sampling." + field,
        "sampling.%s %s.".formatted(field, why));
  }
}
