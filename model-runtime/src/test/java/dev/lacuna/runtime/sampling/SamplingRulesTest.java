package dev.lacuna.runtime.sampling;

import static dev.lacuna.runtime.check.CheckedAssert.refusalOf;
import static dev.lacuna.runtime.check.CheckedAssert.validOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingOverrides.Builder;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SamplingRulesTest {

  private static final ModelFacts FACTS = TestFacts.named("demo", 256, 4096);
  private static final ModelFacts NOISY = TestFacts.noisy("noisy", 256, 4096);
  private static final int STEPS_MAX = 100;

  private static Checked<SamplingSettings> decide(SamplingOverrides overrides) {
    return SamplingRules.decide(overrides, FACTS, STEPS_MAX, 42);
  }

  private static SamplingSettings valid(Builder overrides) {
    return validOf(decide(overrides.build()));
  }

  private static Builder with() {
    return SamplingOverrides.builder();
  }

  @Test
  void shouldTakeTheModelsDefaultsWhenTheRequestSaysNothing() {
    assertThat(validOf(decide(SamplingOverrides.NONE)))
        .isEqualTo(SamplingSettings.plain(16, UnmaskingOrder.CONFIDENCE, 1f, 1f, 0, 42));
    ModelFacts dream = withDefaults(UnmaskingOrder.ENTROPY, CountSchedule.LINEAR, 0.2f, 0.95f);
    SamplingSettings settings =
        validOf(SamplingRules.decide(SamplingOverrides.NONE, dream, STEPS_MAX, 1));
    assertThat(settings.order()).isEqualTo(UnmaskingOrder.ENTROPY);
    assertThat(settings.rule()).isEqualTo(new RevealRule.Scheduled(CountSchedule.LINEAR));
    assertThat(settings.temperature()).isEqualTo(0.2f);
    assertThat(settings.topP()).isEqualTo(0.95f);
  }

  private static ModelFacts withDefaults(
      UnmaskingOrder order, CountSchedule schedule, float temperature, float topP) {
    return new ModelFacts(
        FACTS.name(),
        FACTS.revision(),
        FACTS.family(),
        FACTS.vocabulary(),
        FACTS.embeddings(),
        FACTS.tokens(),
        FACTS.special(),
        FACTS.canvasLimit(),
        FACTS.conventions(),
        new SamplingDefaults(16, order, schedule, temperature, topP),
        false);
  }

  @Test
  void shouldCutTheDefaultStepsWhenTheWorkerAllowsFewer() {
    assertThat(validOf(SamplingRules.decide(SamplingOverrides.NONE, FACTS, 5, 1)).steps())
        .isEqualTo(5);
  }

  @Test
  void shouldTakeWhatTheRequestSays() {
    SamplingSettings settings =
        valid(
            with()
                .steps(3)
                .unmaskingOrder("margin")
                .schedule("linear")
                .temperature(0f)
                .topP(0.5f)
                .topK(9)
                .guidanceScale(1.5f)
                .blockLength(32)
                .stopTokens(List.of(5, 6))
                .seed(-7L));
    assertThat(settings)
        .isEqualTo(
            new SamplingSettings(
                3,
                UnmaskingOrder.MARGIN,
                new RevealRule.Scheduled(CountSchedule.LINEAR),
                0f,
                0.5f,
                9,
                1.5f,
                32,
                1f,
                List.of(5, 6),
                -7));
  }

  @Test
  void shouldBringTheirOrderAndBoundWhenARuleNeedsNoSchedule() {
    SamplingSettings threshold = valid(with().threshold(0.9f));
    assertThat(threshold.rule()).isEqualTo(new RevealRule.Threshold(0.9f));
    assertThat(threshold.order()).isEqualTo(UnmaskingOrder.CONFIDENCE);
    assertThat(threshold.steps()).as("a bound").isEqualTo(STEPS_MAX);
    assertThat(valid(with().factor(0.5f).steps(7)).steps()).isEqualTo(7);
    SamplingSettings budget = valid(with().entropyBudget(0.15f).blockLength(8));
    assertThat(budget.rule()).isEqualTo(new RevealRule.EntropyBudget(0.15f));
    assertThat(budget.order()).isEqualTo(UnmaskingOrder.ENTROPY);
  }

  @Test
  void shouldLetOrderAndScheduleFollowEachOtherWhenOneIsLeftOut() {
    ModelFacts diffullama =
        withDefaults(UnmaskingOrder.RANDOM, CountSchedule.INDEPENDENT, 1f, 0.9f);
    SamplingSettings ordered =
        validOf(
            SamplingRules.decide(
                with().unmaskingOrder("confidence").build(), diffullama, STEPS_MAX, 1));
    assertThat(ordered.rule()).isEqualTo(new RevealRule.Scheduled(CountSchedule.EVEN));
    assertThat(valid(with().schedule("independent")).order()).isEqualTo(UnmaskingOrder.RANDOM);
    SamplingSettings confident =
        validOf(SamplingRules.decide(with().threshold(0.9f).build(), diffullama, STEPS_MAX, 1));
    assertThat(confident.order()).isEqualTo(UnmaskingOrder.CONFIDENCE);
  }

  @Test
  void shouldAcceptTheBounds() {
    assertThat(valid(with().steps(STEPS_MAX)).steps()).isEqualTo(100);
    assertThat(valid(with().temperature(100f)).temperature()).isEqualTo(100f);
    assertThat(valid(with().topP(1f)).topP()).isEqualTo(1f);
    assertThat(valid(with().topK(FACTS.vocabulary())).topK()).isEqualTo(FACTS.vocabulary());
    assertThat(valid(with().guidanceScale(0f)).guided()).isFalse();
    assertThat(valid(with().updateFraction(1f)).updateFraction()).isEqualTo(1f);
    assertThat(valid(with().blockLength(256)).blockLength()).isEqualTo(256);
    assertThat(valid(with().stopTokens(List.of(TestFacts.END))).stopTokens()).hasSize(1);
  }

  static Stream<Arguments> outside() {
    return Stream.of(
        Arguments.of("steps", with().steps(0), "1 to 100"),
        Arguments.of("steps", with().steps(101), "1 to 100"),
        Arguments.of("unmaskingOrder", with().unmaskingOrder("sideways"), "'random'"),
        Arguments.of("schedule", with().schedule("cosine"), "'independent'"),
        Arguments.of("temperature", with().temperature(-1f), "0 to 100"),
        Arguments.of("temperature", with().temperature(Float.NaN), "0 to 100"),
        Arguments.of("temperature", with().temperature(Float.POSITIVE_INFINITY), "0 to 100"),
        Arguments.of("temperature", with().temperature(100.1f), "0 to 100"),
        Arguments.of("topP", with().topP(0f), "up to 1"),
        Arguments.of("topP", with().topP(1.01f), "up to 1"),
        Arguments.of("topP", with().topP(Float.NaN), "up to 1"),
        Arguments.of("topK", with().topK(-1), "4104"),
        Arguments.of("topK", with().topK(FACTS.vocabulary() + 1), "4104"),
        Arguments.of("guidanceScale", with().guidanceScale(-0.1f), "0 to 100"),
        Arguments.of("guidanceScale", with().guidanceScale(Float.NaN), "0 to 100"),
        Arguments.of("guidanceScale", with().guidanceScale(1e9f), "0 to 100"),
        Arguments.of("threshold", with().threshold(0f), "up to 1"),
        Arguments.of("threshold", with().threshold(1.5f), "up to 1"),
        Arguments.of("factor", with().factor(0f), "up to 100"),
        Arguments.of("entropyBudget", with().entropyBudget(Float.NaN), "up to 1000"),
        Arguments.of("updateFraction", with().updateFraction(0f), "up to 1"),
        Arguments.of("blockLength", with().blockLength(0), "1 to 256"),
        Arguments.of("blockLength", with().blockLength(257), "1 to 256"),
        Arguments.of("stopTokens", with().stopTokens(List.of(TestFacts.MASK)), "never generates"),
        Arguments.of("stopTokens", with().stopTokens(List.of(4096)), "below 4096"),
        Arguments.of("stopTokens", with().stopTokens(List.of(-1)), "below 4096"),
        Arguments.of("stopTokens", with().stopTokens(Collections.nCopies(65, 5)), "at most 64"));
  }

  @ParameterizedTest
  @MethodSource("outside")
  void shouldNameFieldAndBoundsWhenAValueIsOutside(String field, Builder overrides, String bounds) {
    Refusal refusal = refusalOf(decide(overrides.build()));
    assertThat(refusal.code()).isEqualTo("INVALID_SAMPLING");
    assertThat(refusal.field()).isEqualTo("sampling." + field);
    assertThat(refusal.message()).contains("sampling." + field, bounds);
  }

  static Stream<Arguments> impossible() {
    return Stream.of(
        Arguments.of("factor", with().threshold(0.9f).factor(1f), "leave one of them out"),
        Arguments.of(
            "entropyBudget", with().factor(1f).entropyBudget(0.1f), "leave one of them out"),
        Arguments.of("unmaskingOrder", with().threshold(0.9f).unmaskingOrder("random"), "leave it"),
        Arguments.of("unmaskingOrder", with().factor(1f).unmaskingOrder("entropy"), "'confidence'"),
        Arguments.of(
            "unmaskingOrder", with().entropyBudget(1f).unmaskingOrder("confidence"), "'entropy'"),
        Arguments.of("schedule", with().threshold(0.9f).schedule("even"), "leave one of them out"),
        Arguments.of(
            "schedule", with().schedule("independent").unmaskingOrder("margin"), "'random'"),
        Arguments.of("schedule", with().schedule("unrolled"), "send another schedule"),
        Arguments.of("schedule", with().schedule("unrolled").factor(1f), "leave one of them out"),
        Arguments.of("updateFraction", with().updateFraction(0.5f), "leave it out"));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void shouldSayWhyAndWhatToDoWhenFieldsDoNotGoTogether(
      String field, Builder overrides, String cure) {
    Refusal refusal = refusalOf(decide(overrides.build()));
    assertThat(refusal.code()).isEqualTo("INVALID_SAMPLING");
    assertThat(refusal.field()).isEqualTo("sampling." + field);
    assertThat(refusal.message()).startsWith("sampling." + field).contains(cure).endsWith(".");
  }

  static Stream<Arguments> impossibleWithNoise() {
    return Stream.of(
        Arguments.of("unmaskingOrder", with().unmaskingOrder("margin")),
        Arguments.of("schedule", with().schedule("even")),
        Arguments.of("threshold", with().threshold(0.9f)),
        Arguments.of("factor", with().factor(0.9f)),
        Arguments.of("entropyBudget", with().entropyBudget(0.9f)),
        Arguments.of("guidanceScale", with().guidanceScale(1f)),
        Arguments.of("blockLength", with().blockLength(8)));
  }

  @ParameterizedTest
  @MethodSource("impossibleWithNoise")
  void shouldRefuseWhatNeedsMasksWhenBlanksStartFromNoise(String field, Builder overrides) {
    Refusal refusal = refusalOf(SamplingRules.decide(overrides.build(), NOISY, STEPS_MAX, 1));
    assertThat(refusal.field()).isEqualTo("sampling." + field);
    assertThat(refusal.message()).contains("'noisy' starts from random tokens", "leave it out");
  }

  @Test
  void shouldTakeAPartOfTheTokensWhenBlanksStartFromNoise() {
    SamplingOverrides overrides = with().updateFraction(0.25f).unmaskingOrder("random").build();
    SamplingSettings settings = validOf(SamplingRules.decide(overrides, NOISY, STEPS_MAX, 1));
    assertThat(settings.updateFraction()).isEqualTo(0.25f);
    assertThat(settings.order()).isEqualTo(UnmaskingOrder.RANDOM);
    assertThat(NOISY.conventions().noise()).isEqualTo(Conventions.Noise.UNIFORM);
  }

  @Test
  void shouldPredictTheLeastSureTokensOnceMoreWhenTheScheduleIsUnrolled() {
    Builder overrides = with().schedule("unrolled").updateFraction(0.25f).steps(50);
    SamplingSettings settings =
        validOf(SamplingRules.decide(overrides.build(), NOISY, STEPS_MAX, 1));
    assertThat(settings.rule()).isEqualTo(new RevealRule.Unrolled(0.25f));
    assertThat(settings.updateFraction()).isEqualTo(1f);
    assertThat(settings.engineSteps()).isEqualTo(99);
    assertThat(settings.order()).isEqualTo(UnmaskingOrder.RANDOM);
    SamplingSettings plain =
        validOf(SamplingRules.decide(with().schedule("unrolled").build(), NOISY, 1, 1));
    assertThat(plain.rule()).isEqualTo(new RevealRule.Unrolled(1f));
    assertThat(plain.engineSteps()).isEqualTo(1);
  }

  @Test
  void shouldBoundTheForwardPassesWhenTheScheduleIsUnrolled() {
    Refusal refusal =
        refusalOf(
            SamplingRules.decide(
                with().schedule("unrolled").steps(51).build(), NOISY, STEPS_MAX, 1));
    assertThat(refusal.field()).isEqualTo("sampling.steps");
    assertThat(refusal.message()).contains("1 to 50", "two forward passes", "steps.max is 100");
  }

  @ParameterizedTest
  @EnumSource(UnmaskingOrder.class)
  void shouldKnowTheOrdersOfTheWire(UnmaskingOrder order) {
    assertThat(valid(with().unmaskingOrder(order.wireName())).order()).isEqualTo(order);
  }

  @ParameterizedTest
  @EnumSource(CountSchedule.class)
  void shouldKnowTheSchedulesOfTheWire(CountSchedule schedule) {
    assertThat(valid(with().schedule(schedule.wireName())).rule())
        .isEqualTo(new RevealRule.Scheduled(schedule));
  }
}
