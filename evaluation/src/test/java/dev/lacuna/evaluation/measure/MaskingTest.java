package dev.lacuna.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.facts.TestFacts;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaskingTest {

  private static final ModelFacts FACTS = TestFacts.named("made-up", 128, 200);

  @Test
  void shouldEndADocumentThatFitsAndCutOneThatDoesNot() {
    EvaluationCanvas fits = EvaluationCanvas.of(0, text(100), FACTS);
    EvaluationCanvas longer = EvaluationCanvas.of(0, text(129), FACTS);

    assertThat(fits.tokens()).hasSize(101).endsWith(TestFacts.END);
    assertThat(fits.scoredTokens()).isEqualTo(101);
    assertThat(fits.textTokens()).isEqualTo(100);
    assertThat(fits.cut()).isFalse();
    assertThat(longer.tokens()).hasSize(128).doesNotContain(TestFacts.END);
    assertThat(longer.textTokens()).isEqualTo(128);
    assertThat(longer.cut()).isTrue();
  }

  @Test
  void shouldNeverMaskTheStartTokenNorAGivenFirstToken() {
    EvaluationCanvas started = EvaluationCanvas.of(0, text(10), shifted(TestFacts.END));
    EvaluationCanvas given = EvaluationCanvas.of(0, text(10), shifted(SpecialTokens.NONE));

    assertThat(started.tokens()).startsWith(TestFacts.END).hasSize(12);
    assertThat(started.textStart()).isEqualTo(1);
    assertThat(given.tokens()).hasSize(11);
    assertThat(given.textStart()).isEqualTo(1);
    assertThat(new Masking(1, 1, 1).of(started)).isEqualTo(IntStream.range(1, 11).toArray());
    assertThat(new Masking(1, 1, 1).of(given)).isEqualTo(IntStream.range(1, 10).toArray());
  }

  @Test
  void shouldMaskItsShareOfTheTextAndNotTheEnd() {
    EvaluationCanvas canvas = EvaluationCanvas.of(3, text(100), FACTS);

    int[] positions = new Masking(0.15, 1, 1).of(canvas);

    assertThat(positions).hasSize(15).isSorted().doesNotHaveDuplicates();
    assertThat(positions[positions.length - 1]).isLessThan(100);
    assertThat(new Masking(1, 1, 1).of(canvas)).hasSize(100);
    assertThat(new Masking(0.15, 1, 2).of(canvas)).isNotEqualTo(positions);
    assertThat(new Masking(0.15, 1, 1).of(EvaluationCanvas.of(4, text(100), FACTS)))
        .isNotEqualTo(positions);
  }

  @Test
  void shouldMaskEveryPositionAboutAsOftenWhenManyDocumentsAreDrawn() {
    int[] hits = new int[20];
    int documents = 4000;
    for (int document = 0; document < documents; document++) {
      for (int position :
          new Masking(0.5, 1, 9).of(EvaluationCanvas.of(document, text(20), FACTS))) {
        hits[position]++;
      }
    }

    // Standard deviation of a hit count: 32.
    assertThat(Arrays.stream(hits).boxed())
        .allSatisfy(count -> assertThat(count).isCloseTo(2000, within(150)));
  }

  @Test
  void shouldMaskWholeSpansWhenTokensAreMaskedInARow() {
    EvaluationCanvas canvas = EvaluationCanvas.of(5, text(100), FACTS);

    int[] positions = new Masking(0.15, 8, 1).of(canvas);

    assertThat(positions).hasSize(16).isSorted();
    assertThat(positions[7] - positions[0]).isEqualTo(7);
    assertThat(positions[15] - positions[8]).isEqualTo(7);
    assertThat(positions[positions.length - 1]).isLessThan(100);
  }

  @Test
  void shouldMaskAShortTextAsOneSpanAndAnEmptyOneNotAtAll() {
    EvaluationCanvas few = EvaluationCanvas.of(5, text(3), FACTS);

    assertThat(new Masking(0.15, 8, 1).of(few)).containsExactly(0, 1, 2);
    assertThat(new Masking(0.15, 1, 1).of(few)).hasSize(1);
    assertThat(new Masking(0.15, 8, 1).of(EvaluationCanvas.of(5, text(0), FACTS))).isEmpty();
  }

  @Test
  void shouldRefuseImpossibleMasking() {
    assertThatThrownBy(() -> new Masking(0, 1, 1)).hasMessageContaining("share is 0.0");
    assertThatThrownBy(() -> new Masking(0.5, 0, 1)).hasMessageContaining("spanLength is 0");
  }

  private static int[] text(int tokens) {
    int[] text = new int[tokens];
    Arrays.setAll(text, i -> 3 + i);
    return text;
  }

  private static ModelFacts shifted(int start) {
    return new ModelFacts(
        "shifted",
        "r",
        "gpt2",
        200,
        200,
        200,
        new SpecialTokens(TestFacts.MASK, start, TestFacts.END, TestFacts.PAD),
        128,
        new Conventions(
            true, Conventions.FirstRow.GIVEN, Conventions.Noise.ABSORBING, true, 0f, false),
        FACTS.defaults(),
        false);
  }
}
