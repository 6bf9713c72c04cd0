package dev.lacuna.runtime.sampling;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The bounds of each sampling field by itself. */
final class SamplingBounds {

  /** Highest temperature; far beyond it every token is as likely as any other. */
  static final float TEMPERATURE_MAX = 100f;

  /** Highest guidance; published settings are below 4. */
  static final float GUIDANCE_MAX = 100f;

  /** Highest factor; from 2 on it asks for certainty of no more than one token a step. */
  static final float FACTOR_MAX = 100f;

  /** Highest entropy budget in nats. */
  static final float ENTROPY_BUDGET_MAX = 1000f;

  /** Most stop tokens of a request. */
  static final int STOP_TOKENS_MAX = 64;

  private final SamplingOverrides overrides;
  private final ModelFacts facts;
  private final int stepsMax;

  SamplingBounds(SamplingOverrides overrides, ModelFacts facts, int stepsMax) {
    this.overrides = overrides;
    this.facts = facts;
    this.stepsMax = stepsMax;
  }

  /** The first field that is out of bounds. */
  Optional<Refusal> check() {
    return Stream.<Supplier<Optional<Refusal>>>of(
            this::steps,
            () ->
                name(
                    "unmaskingOrder",
                    overrides.unmaskingOrder(),
                    Arrays.stream(UnmaskingOrder.values()).map(UnmaskingOrder::wireName)),
            () ->
                name(
                    "schedule",
                    overrides.schedule(),
                    Stream.concat(
                        Arrays.stream(CountSchedule.values()).map(CountSchedule::wireName),
                        Stream.of(RevealRule.Unrolled.WIRE_NAME))),
            () -> upTo("temperature", overrides.temperature(), TEMPERATURE_MAX, ""),
            () -> share("topP", overrides.topP(), ", where 1 is off"),
            this::topK,
            () ->
                upTo("guidanceScale", overrides.guidanceScale(), GUIDANCE_MAX, ", where 0 is off"),
            () -> share("threshold", overrides.threshold(), ""),
            () -> above("factor", overrides.factor(), FACTOR_MAX),
            () -> above("entropyBudget", overrides.entropyBudget(), ENTROPY_BUDGET_MAX),
            () -> share("updateFraction", overrides.updateFraction(), ", where 1 is all"),
            this::blockLength,
            this::stopTokens)
        .map(Supplier::get)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Refusal> steps() {
    boolean unrolled = overrides.unrolled();
    int most = unrolled ? RevealRule.Unrolled.mostSteps(stepsMax) : stepsMax;
    String limit =
        unrolled
            ? ", since 'unrolled' takes two forward passes a step and steps.max is " + stepsMax
            : " (steps.max)";
    return overrides
        .steps()
        .filter(steps -> steps < 1 || steps > most)
        .map(steps -> outside("steps", steps, "a whole number from 1 to " + most + limit));
  }

  private Optional<Refusal> topK() {
    return overrides
        .topK()
        .filter(topK -> topK < 0 || topK > facts.vocabulary())
        .map(
            topK ->
                outside(
                    "topK",
                    topK,
                    "a whole number from 0, which is off, to %d, the vocabulary of model '%s'"
                        .formatted(facts.vocabulary(), facts.name())));
  }

  private Optional<Refusal> blockLength() {
    return overrides
        .blockLength()
        .filter(length -> length < 1 || length > facts.canvasLimit())
        .map(
            length ->
                outside(
                    "blockLength",
                    length,
                    "a whole number from 1 to %d, the canvas of model '%s'; leave it out for one block"
                        .formatted(facts.canvasLimit(), facts.name())));
  }

  private Optional<Refusal> stopTokens() {
    if (overrides.stopTokens().size() > STOP_TOKENS_MAX) {
      return Optional.of(
          outside(
              "stopTokens",
              "a list of " + overrides.stopTokens().size(),
              "at most " + STOP_TOKENS_MAX + " ids"));
    }
    return overrides.stopTokens().stream()
        .filter(token -> !facts.mayPropose(token))
        .findFirst()
        .map(
            token ->
                new Refusal(
                    RefusalCodes.INVALID_SAMPLING,
                    "sampling.stopTokens",
                    "sampling.stopTokens holds %d, which model '%s' never generates; name ids of its text, which are below %d."
                        .formatted(token, facts.name(), facts.tokens())));
  }

  private static Optional<Refusal> name(
      String field, Optional<String> found, Stream<String> names) {
    List<String> known = names.toList();
    return found
        .filter(name -> !known.contains(name))
        .map(
            name ->
                outside(field, "'" + name + "'", "one of '" + String.join("', '", known) + "'"));
  }

  // Below, comparisons are written so that NaN, which compares false with everything, is refused.

  private static Optional<Refusal> share(String field, Optional<Float> found, String off) {
    return found
        .filter(value -> !(value > 0f && value <= 1f))
        .map(value -> outside(field, value, "a number above 0 and up to 1" + off));
  }

  private static Optional<Refusal> above(String field, Optional<Float> found, float most) {
    return found
        .filter(value -> !(value > 0f && value <= most))
        .map(value -> outside(field, value, "a number above 0 and up to " + (int) most));
  }

  private static Optional<Refusal> upTo(
      String field, Optional<Float> found, float most, String off) {
    return found
        .filter(value -> !(value >= 0f && value <= most))
        .map(value -> outside(field, value, "a number from 0 to " + (int) most + off));
  }

  private static Refusal outside(String field, Object found, String bounds) {
    return new Refusal(
        RefusalCodes.INVALID_SAMPLING,
        "sampling." + field,
        "sampling.%s is %s; it must be %s.".formatted(field, found, bounds));
  }
}
