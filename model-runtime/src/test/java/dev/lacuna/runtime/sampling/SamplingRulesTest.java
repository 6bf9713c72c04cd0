package dev.lacuna.runtime.sampling;

import static dev.lacuna.runtime.CheckedAssert.refusalOf;
import static dev.lacuna.runtime.CheckedAssert.validOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.Checked;
import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.Refusal;
import dev.lacuna.runtime.TestFacts;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingRulesTest {

  private static final ModelFacts FACTS = TestFacts.named("demo", 256, 4096);
  private static final int STEPS_MAX = 100;

  private Checked<SamplingSettings> decide(SamplingOverrides overrides) {
    return SamplingRules.decide(overrides, FACTS, STEPS_MAX, 42);
  }

  @Test
  void shouldTakeTheModelsDefaultsWhenTheRequestSaysNothing() {
    assertThat(validOf(decide(SamplingOverrides.NONE)))
        .isEqualTo(SamplingSettings.plain(16, UnmaskingOrder.CONFIDENCE, 1f, 1f, 0, 42));
  }

  @Test
  void shouldCutTheDefaultStepsWhenTheWorkerAllowsFewer() {
    assertThat(validOf(SamplingRules.decide(SamplingOverrides.NONE, FACTS, 5, 1)).steps())
        .isEqualTo(5);
  }

  @Test
  void shouldTakeWhatTheRequestSays() {
    SamplingOverrides overrides = new Overrides().steps(3).order("random").temperature(0f).all();
    assertThat(validOf(decide(overrides)))
        .isEqualTo(SamplingSettings.plain(3, UnmaskingOrder.RANDOM, 0f, 0.5f, 9, -7));
  }

  @Test
  void shouldAcceptTheBounds() {
    assertThat(validOf(decide(new Overrides().steps(STEPS_MAX).build())).steps()).isEqualTo(100);
    assertThat(validOf(decide(new Overrides().temperature(100f).build())).temperature())
        .isEqualTo(100f);
    assertThat(validOf(decide(new Overrides().topP(1f).build())).topP()).isEqualTo(1f);
    assertThat(validOf(decide(new Overrides().topK(FACTS.vocabulary()).build())).topK())
        .isEqualTo(FACTS.vocabulary());
    assertThat(validOf(decide(new Overrides().guidance(0f).build())).steps()).isEqualTo(16);
  }

  static Stream<Arguments> outside() {
    return Stream.of(
        Arguments.of("steps", new Overrides().steps(0), "1 to 100"),
        Arguments.of("steps", new Overrides().steps(101), "1 to 100"),
        Arguments.of("unmaskingOrder", new Overrides().order("sideways"), "'random'"),
        Arguments.of("temperature", new Overrides().temperature(-1f), "0 to 100"),
        Arguments.of("temperature", new Overrides().temperature(Float.NaN), "0 to 100"),
        Arguments.of(
            "temperature", new Overrides().temperature(Float.POSITIVE_INFINITY), "0 to 100"),
        Arguments.of("temperature", new Overrides().temperature(100.1f), "0 to 100"),
        Arguments.of("topP", new Overrides().topP(0f), "up to 1"),
        Arguments.of("topP", new Overrides().topP(1.01f), "up to 1"),
        Arguments.of("topP", new Overrides().topP(Float.NaN), "up to 1"),
        Arguments.of("topK", new Overrides().topK(-1), "4104"),
        Arguments.of("topK", new Overrides().topK(FACTS.vocabulary() + 1), "4104"));
  }

  @ParameterizedTest
  @MethodSource("outside")
  void shouldNameFieldAndBoundsWhenAValueIsOutside(
      String field, Overrides overrides, String bounds) {
    Refusal refusal = refusalOf(decide(overrides.build()));
    assertThat(refusal.code()).isEqualTo("INVALID_SAMPLING");
    assertThat(refusal.field()).isEqualTo("sampling." + field);
    assertThat(refusal.message()).contains("sampling." + field, bounds);
  }

  static Stream<Arguments> unsupported() {
    return Stream.of(
        Arguments.of("guidanceScale", new Overrides().guidance(1.5f)),
        Arguments.of("guidanceScale", new Overrides().guidance(Float.NaN)),
        Arguments.of("threshold", new Overrides().threshold(0.9f)),
        Arguments.of("blockLength", new Overrides().blockLength(32)),
        Arguments.of("stopTokens", new Overrides().stopTokens(List.of(5))));
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void shouldRefuseWhatThisVersionCannotDo(String field, Overrides overrides) {
    Refusal refusal = refusalOf(decide(overrides.build()));
    assertThat(refusal.code()).isEqualTo("UNSUPPORTED");
    assertThat(refusal.field()).isEqualTo("sampling." + field);
    assertThat(refusal.message()).contains("not supported by this version");
  }

  @ParameterizedTest
  @ValueSource(strings = {"confidence", "random"})
  void shouldKnowTheOrdersOfTheWire(String name) {
    assertThat(validOf(decide(new Overrides().order(name).build())).order().wireName())
        .isEqualTo(name);
  }

  /** Builds overrides field by field. */
  static final class Overrides {
    private Optional<Integer> steps = Optional.empty();
    private Optional<String> order = Optional.empty();
    private Optional<Float> temperature = Optional.empty();
    private Optional<Float> topP = Optional.empty();
    private Optional<Integer> topK = Optional.empty();
    private Optional<Float> guidance = Optional.empty();
    private Optional<Float> threshold = Optional.empty();
    private Optional<Integer> blockLength = Optional.empty();
    private List<Integer> stopTokens = List.of();
    private Optional<Long> seed = Optional.empty();

    Overrides steps(int value) {
      steps = Optional.of(value);
      return this;
    }

    Overrides order(String value) {
      order = Optional.of(value);
      return this;
    }

    Overrides temperature(float value) {
      temperature = Optional.of(value);
      return this;
    }

    Overrides topP(float value) {
      topP = Optional.of(value);
      return this;
    }

    Overrides topK(int value) {
      topK = Optional.of(value);
      return this;
    }

    Overrides guidance(float value) {
      guidance = Optional.of(value);
      return this;
    }

    Overrides threshold(float value) {
      threshold = Optional.of(value);
      return this;
    }

    Overrides blockLength(int value) {
      blockLength = Optional.of(value);
      return this;
    }

    Overrides stopTokens(List<Integer> value) {
      stopTokens = value;
      return this;
    }

    SamplingOverrides all() {
      topP = Optional.of(0.5f);
      topK = Optional.of(9);
      seed = Optional.of(-7L);
      return build();
    }

    SamplingOverrides build() {
      return new SamplingOverrides(
          steps,
          order,
          temperature,
          topP,
          topK,
          guidance,
          threshold,
          blockLength,
          stopTokens,
          seed);
    }
  }
}
