package dev.lacuna.runtime.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexRulesTest {

  /** Patterns of published tokenizers: GPT-2, GPT-4 in two spellings, GPT-4o, Qwen2, digits. */
  static List<String> published() {
    return List.of(
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}+|"
            + " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
            + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "\\p{N}{1,3}");
  }

  static Stream<String> exponential() {
    return Stream.of(
        "a?".repeat(30) + "a".repeat(30),
        "(?:a|a)".repeat(30) + "b",
        "(?:a|ab?)".repeat(12) + "c",
        "a{0,16}".repeat(6) + "b",
        "a{1,3}+b",
        "a+?+b",
        "a{2}?+b",
        "(?:a+)+b",
        "a*a*b");
  }

  @ParameterizedTest
  @MethodSource("published")
  void shouldTakePatternsOfPublishedTokenizersWhenAsked(String pattern) {
    assertThatCode(() -> RegexRules.check(pattern, false)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("exponential")
  void shouldRefuseAPatternWhenItCanBeRetriedWithoutEnd(String pattern) {
    assertThatThrownBy(() -> RegexRules.check(pattern, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("its regular expression '");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a{2}?", "a?", "a*", "(?:ab)?", "a?|b"})
  void shouldRefuseAPatternWhenItMatchesNothingAndMustNot(String pattern) {
    assertThatThrownBy(() -> RegexRules.check(pattern, false))
        .hasMessageEndingWith("can match nothing");
  }
}
