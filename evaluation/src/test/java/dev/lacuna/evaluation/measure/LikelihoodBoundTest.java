package dev.lacuna.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.runtime.check.CheckedAssert;
import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.facts.TestFacts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LikelihoodBoundTest {

  private static final ModelFacts FACTS = TestFacts.endless(ToyModel.LENGTH);
  private static final int[] TEXT = {4, 3, 5};

  @Test
  void shouldMeetTheExactLikelihoodWhenTheModelKnowsItsConditionals() {
    DocumentSums sums = measure(new ToyModel(0), 5000, 4, 1);

    double exact = -Math.log(ToyModel.joint(TEXT)) / ToyModel.LENGTH;
    assertThat(sums.perToken().value()).isCloseTo(exact, within(0.01));
    assertThat(Math.abs(sums.perToken().value() - exact))
        .isLessThan(4 * sums.perToken().standardError());
  }

  @Test
  void shouldMeetTheEnumeratedExpectationOverMasksWhenTheModelIsOff() {
    ToyModel model = new ToyModel(0.6);
    DocumentSums sums = measure(model, 5000, 4, 1);

    double expected = continuousBound(model) / ToyModel.LENGTH;
    assertThat(expected).isGreaterThan(-Math.log(ToyModel.joint(TEXT)) / ToyModel.LENGTH + 0.05);
    assertThat(sums.perToken().value()).isCloseTo(expected, within(0.01));
    assertThat(Math.abs(sums.perToken().value() - expected))
        .isLessThan(4 * sums.perToken().standardError());
  }

  /** Stratified or not, the expectation is the same. */
  @Test
  void shouldStayUnbiasedWhenDrawsAreFewOrMany() {
    ToyModel model = new ToyModel(0.6);
    double expected = continuousBound(model) / ToyModel.LENGTH;

    for (int draws : new int[] {1, 2, 3, 7}) {
      Estimate estimate = measure(model, 4000, draws, 7).perToken();
      assertThat(Math.abs(estimate.value() - expected))
          .as("%d draws", draws)
          .isLessThan(4 * estimate.standardError());
    }
  }

  @Test
  void shouldStateAnErrorThatShrinksWhenEachDocumentHasMoreDraws() {
    ToyModel model = new ToyModel(0.6);

    assertThat(measure(model, 2000, 6, 1).perToken().standardError())
        .isLessThan(0.5 * measure(model, 2000, 1, 1).perToken().standardError());
  }

  @Test
  void shouldGiveTheSameNumberForTheSameSeedAndAnotherForAnother() {
    ToyModel model = new ToyModel(0.6);

    assertThat(measure(model, 50, 4, 1).sums()).isEqualTo(measure(model, 50, 4, 1).sums());
    assertThat(measure(model, 50, 4, 1).sums()).isNotEqualTo(measure(model, 50, 4, 2).sums());
  }

  @Test
  void shouldTellHowManyCanvasesAreBehindIt() {
    List<Integer> told = new ArrayList<>();

    bound(new ToyModel(0), 4, 1).measure(documents(20), told::add);

    assertThat(told).isSorted().endsWith(80);
  }

  @Test
  void shouldRefuseAFamilyThatStartsFromUniformNoise() {
    ModelFacts noisy =
        new ModelFacts(
            "noisy",
            "r",
            "sundae",
            16,
            16,
            16,
            new SpecialTokens(SpecialTokens.NONE, SpecialTokens.NONE, 1, 0),
            8,
            new Conventions(
                false, Conventions.FirstRow.OWN, Conventions.Noise.UNIFORM, true, 0f, false),
            FACTS.defaults(),
            false);

    Refusal refusal = CheckedAssert.refusalOf(LikelihoodBound.of(new ToyModel(0), noisy, 4, 1));
    assertThat(refusal.code()).isEqualTo(RefusalCodes.UNSUPPORTED);
    assertThat(refusal.message()).contains("'noisy' starts blanks from uniform random tokens");
  }

  private static DocumentSums measure(ToyModel model, int documents, int draws, long seed) {
    return bound(model, draws, seed).measure(documents(documents), done -> {});
  }

  private static LikelihoodBound bound(ToyModel model, int draws, long seed) {
    return CheckedAssert.validOf(LikelihoodBound.of(model, FACTS, draws, seed));
  }

  /** The same text again and again; each document has masks of its own. */
  private static List<EvaluationCanvas> documents(int count) {
    List<EvaluationCanvas> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(EvaluationCanvas.of(i, TEXT, FACTS));
    }
    return documents;
  }

  /**
   * The definition itself: the integral over t of (1/t) Σ over the 7 sets of masks of their
   * probability t^l (1 − t)^(3 − l) times the nats at the masks, by the midpoint rule.
   */
  private static double continuousBound(ToyModel model) {
    int points = 20_000;
    double sum = 0;
    for (int point = 0; point < points; point++) {
      double t = (point + 0.5) / points;
      for (int set = 1; set < 1 << ToyModel.LENGTH; set++) {
        int masks = Integer.bitCount(set);
        double probability = Math.pow(t, masks) * Math.pow(1 - t, ToyModel.LENGTH - masks);
        sum += probability / t * nats(model, set) / points;
      }
    }
    return sum;
  }

  private static double nats(ToyModel model, int set) {
    int[] canvas = TEXT.clone();
    for (int i = 0; i < canvas.length; i++) {
      canvas[i] = (set >> i & 1) == 1 ? TestFacts.MASK : canvas[i];
    }
    double nats = 0;
    for (int i = 0; i < canvas.length; i++) {
      nats -= canvas[i] == TestFacts.MASK ? model.logProbability(canvas, i, TEXT[i]) : 0;
    }
    return nats;
  }
}
