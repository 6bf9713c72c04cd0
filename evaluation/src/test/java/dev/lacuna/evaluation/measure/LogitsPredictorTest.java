package dev.lacuna.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.Conventions.FirstRow;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.TestFacts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogitsPredictorTest {

  private static final ModelFacts FACTS = TestFacts.of("m", "r", 8, 6, 4096, 4);
  private static final double LN2 = Math.log(2);

  private final List<int[]> batches = new ArrayList<>(); // rows, length, positions

  @Test
  void shouldGiveLogProbabilitiesOverTheIdsThatServingProposes() {
    // Ids 0 (pad), 2 (mask), 6 and 7 (no tokens) have the greatest logits and don't count.
    LogitsPredictor predictor =
        constant(FACTS, 99f, 0f, 99f, (float) (2 * LN2), (float) LN2, 0f, 99f, 99f);

    MaskedPredictor.Scores scores =
        predictor.score(List.of(canvas(4, new int[] {1, 2, 3}, 1, 3, 4))).get(0);

    // Weights of 1, 3, 4, 5: 1, 4, 2, 1.
    assertThat(scores.logProbabilities())
        .containsExactly(
            new double[] {Math.log(1 / 8.0), Math.log(4 / 8.0), Math.log(2 / 8.0)}, within(1e-6));
    assertThat(scores.best()).containsExactly(3, 3, 3);
  }

  @Test
  void shouldNotTakeTheEndForTheBestTokenOfAText() {
    MaskedPredictor.Scores scores =
        constant(FACTS, 0f, 9f, 0f, 1f, 2f, 1f, 0f, 0f)
            .score(List.of(canvas(2, new int[] {0}, 1)))
            .get(0);

    assertThat(scores.best()).containsExactly(4);
    assertThat(scores.logProbabilities()[0]).isCloseTo(0, within(0.01));
  }

  @Test
  void shouldHaveNoProbabilityForWhatIsNeverProposed() {
    MaskedPredictor.Scores scores =
        constant(FACTS, 0f, 0f, 0f, 0f, 0f, 0f, 0f, 0f)
            .score(List.of(canvas(2, new int[] {0}, 6)))
            .get(0);

    assertThat(scores.logProbabilities()).containsExactly(Double.NEGATIVE_INFINITY);
  }

  @Test
  void shouldReadTheRowBeforeWhenTheFamilyShifts() {
    ModelFacts own = shifted(FirstRow.OWN);

    MaskedPredictor.Scores scores =
        byRow(own).score(List.of(canvas(6, new int[] {0, 1, 2, 5}, 3, 3, 3, 3))).get(0);

    // The best token tells the row of the logits: 3 for row 0, 4 for row 1, 5 for row 4.
    assertThat(scores.best()).containsExactly(3, 3, 4, 3 + 4 % 3);
    assertThatThrownBy(
            () -> byRow(shifted(FirstRow.GIVEN)).score(List.of(canvas(6, new int[] {0}, 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("position 0 is given");
  }

  @Test
  void shouldReadItsOwnRowWhenTheFamilyDoesNotShift() {
    MaskedPredictor.Scores scores =
        byRow(FACTS).score(List.of(canvas(6, new int[] {0, 1, 2}, 3, 3, 3))).get(0);

    assertThat(scores.best()).containsExactly(3, 4, 5);
  }

  @Test
  void shouldKeepEachCanvasItsScoresWhenLengthsAreMixedAndBatchesAreFull() {
    List<MaskedCanvas> canvases = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      int length = 1500 - 100 * i;
      canvases.add(canvas(length, new int[] {i, 20 + i}, 3, 4));
    }

    List<MaskedPredictor.Scores> scores = byRow(FACTS).score(canvases);

    for (int i = 0; i < 9; i++) {
      assertThat(scores.get(i).best()).containsExactly(3 + i % 3, 3 + (20 + i) % 3);
    }
    assertThat(batches.size()).isGreaterThan(1);
    assertThat(batches).allMatch(batch -> batch[0] * batch[1] <= 4096);
    assertThat(batches.stream().mapToInt(batch -> batch[2]).sum()).isEqualTo(18);
  }

  @Test
  void shouldSplitTheMasksOfOneCanvasWhenTheirLogitsAreTooMany() {
    int vocabulary = 6 << 20;
    ModelFacts wide = TestFacts.of("wide", "r", vocabulary, 6, 64, 4);
    LogitsPredictor predictor =
        new LogitsPredictor(
            (ids, rows, length, rowLengths, positions) -> {
              batches.add(new int[] {rows, length, positions.length});
              float[] logits = new float[positions.length * vocabulary];
              for (int i = 0; i < positions.length; i++) {
                logits[i * vocabulary + 3 + (int) (positions[i] % 3)] = 1;
              }
              return logits;
            },
            wide);

    MaskedPredictor.Scores scores =
        predictor.score(List.of(canvas(8, new int[] {0, 1, 2, 3, 4}, 3, 3, 3, 3, 3))).get(0);

    assertThat(scores.best()).containsExactly(3, 4, 5, 3, 4);
    assertThat(batches).hasSize(3).allMatch(batch -> batch[2] <= 2);
  }

  /** The same logits everywhere. */
  private static LogitsPredictor constant(ModelFacts facts, float... logits) {
    return new LogitsPredictor(
        (ids, rows, length, rowLengths, positions) -> {
          float[] all = new float[positions.length * logits.length];
          for (int i = 0; i < positions.length; i++) {
            System.arraycopy(logits, 0, all, i * logits.length, logits.length);
          }
          return all;
        },
        facts);
  }

  /** The best token is 3 + position modulo 3. */
  private LogitsPredictor byRow(ModelFacts facts) {
    return new LogitsPredictor(
        (ids, rows, length, rowLengths, positions) -> {
          batches.add(new int[] {rows, length, positions.length});
          float[] logits = new float[positions.length * facts.vocabulary()];
          for (int i = 0; i < positions.length; i++) {
            int position = (int) (positions[i] % length);
            assertThat(position).isLessThan(rowLengths[(int) (positions[i] / length)]);
            logits[i * facts.vocabulary() + 3 + position % 3] = 1;
          }
          return logits;
        },
        facts);
  }

  private static MaskedCanvas canvas(int length, int[] positions, int... targets) {
    return new MaskedCanvas(new int[length], positions, targets);
  }

  private static ModelFacts shifted(FirstRow firstRow) {
    return new ModelFacts(
        "shifted",
        "r",
        "dream",
        8,
        8,
        6,
        FACTS.special(),
        64,
        new Conventions(true, firstRow, Conventions.Noise.ABSORBING, true, 0f, false),
        FACTS.defaults(),
        false);
  }
}
