package dev.lacuna.runtime.sampling;

import dev.lacuna.runtime.Checked;
import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.Refusal;
import dev.lacuna.runtime.RefusalCodes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides the settings of a run: what the request says, else the model's defaults, within bounds.
 *
 * <p>Defaults: steps of the model, confidence order, temperature 1, top-p 1 and top-k 0 (both off).
 */
public final class SamplingRules {

  /** Highest temperature; far beyond it every token is as likely as any other. */
  public static final float TEMPERATURE_MAX = 100f;

  private SamplingRules() {}

  /**
   * Checks a request's settings.
   *
   * @param stepsMax most steps that a run may take
   * @param seedIfAbsent seed where the request has none
   * @return settings, or a refusal with code {@link RefusalCodes#INVALID_SAMPLING} or {@link
   *     RefusalCodes#UNSUPPORTED}
   */
  public static Checked<SamplingSettings> decide(
      SamplingOverrides overrides, ModelFacts facts, int stepsMax, long seedIfAbsent) {
    Optional<Refusal> refusal =
        Stream.concat(unsupported(overrides).stream(), invalid(overrides, facts, stepsMax).stream())
            .flatMap(Optional::stream)
            .findFirst();
    if (refusal.isPresent()) {
      return new Checked.Refused<>(refusal.get());
    }
    return Checked.valid(
        SamplingSettings.plain(
            overrides.steps().orElse(Math.min(facts.defaults().steps(), stepsMax)),
            overrides
                .unmaskingOrder()
                .flatMap(UnmaskingOrder::ofWireName)
                .orElse(facts.defaults().order()),
            overrides.temperature().orElse(facts.defaults().temperature()),
            overrides.topP().orElse(facts.defaults().topP()),
            overrides.topK().orElse(0),
            overrides.seed().orElse(seedIfAbsent)));
  }

  private static List<Optional<Refusal>> unsupported(SamplingOverrides overrides) {
    return List.of(
        overrides
            .guidanceScale()
            .filter(scale -> scale != 0f)
            .map(scale -> notSupported("guidanceScale", scale, "leave it out or send 0")),
        overrides.threshold().map(value -> notSupported("threshold", value, "leave it out")),
        overrides.blockLength().map(value -> notSupported("blockLength", value, "leave it out")),
        Optional.of(overrides.stopTokens())
            .filter(tokens -> !tokens.isEmpty())
            .map(tokens -> notSupported("stopTokens", tokens, "leave it empty")));
  }

  private static List<Optional<Refusal>> invalid(
      SamplingOverrides overrides, ModelFacts facts, int stepsMax) {
    return List.of(
        overrides
            .steps()
            .filter(steps -> steps < 1 || steps > stepsMax)
            .map(steps -> outside("steps", steps, "a whole number from 1 to " + stepsMax)),
        overrides
            .unmaskingOrder()
            .filter(order -> UnmaskingOrder.ofWireName(order).isEmpty())
            .map(order -> outside("unmaskingOrder", "'" + order + "'", "one of " + orderNames())),
        overrides
            .temperature()
            // Written so that NaN, which compares false with everything, is refused.
            .filter(temperature -> !(temperature >= 0f && temperature <= TEMPERATURE_MAX))
            .map(temperature -> outside("temperature", temperature, "a number from 0 to 100")),
        overrides
            .topP()
            .filter(topP -> !(topP > 0f && topP <= 1f))
            .map(topP -> outside("topP", topP, "a number above 0 and up to 1, where 1 is off")),
        overrides
            .topK()
            .filter(topK -> topK < 0 || topK > facts.vocabulary())
            .map(
                topK ->
                    outside(
                        "topK",
                        topK,
                        "a whole number from 0, which is off, to %d, the vocabulary of model '%s'"
                            .formatted(facts.vocabulary(), facts.name()))));
  }

  private static Refusal outside(String field, Object found, String bounds) {
    return new Refusal(
        RefusalCodes.INVALID_SAMPLING,
        "sampling." + field,
        "sampling.%s is %s; it must be %s.".formatted(field, found, bounds));
  }

  private static Refusal notSupported(String field, Object found, String cure) {
    return new Refusal(
        RefusalCodes.UNSUPPORTED,
        "sampling." + field,
        "sampling.%s is %s, which is not supported by this version; %s."
            .formatted(field, found, cure));
  }

  private static String orderNames() {
    return Arrays.stream(UnmaskingOrder.values())
        .map(order -> "'" + order.wireName() + "'")
        .collect(Collectors.joining(", "));
  }
}
