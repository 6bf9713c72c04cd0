package dev.lacuna.evaluation.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.evaluation.baseline.NgramCounts.Context;
import dev.lacuna.evaluation.baseline.NgramCounts.Followers;
import java.util.List;
import org.junit.jupiter.api.Test;

class NgramModelTest {

  private static final int END = 9;
  private static final List<int[]> TRAIN =
      List.of(
          new int[] {1, 2, 3, 1, 2, 4, END}, new int[] {1, 2, 3, END}, new int[] {5, 2, 3, END});
  private static final int VOCABULARY = 10;

  private final NgramModel model = NgramModel.train(TRAIN, VOCABULARY);

  @Test
  void shouldCountWhatFollowsEachContext() {
    int[] text = {1, 2, 3, 8};

    NgramCounts one = NgramCounts.of(Context.ONE_LEFT, TRAIN);
    NgramCounts two = NgramCounts.of(Context.TWO_LEFT, TRAIN);
    NgramCounts around = NgramCounts.of(Context.NEIGHBOURS, TRAIN);

    assertThat(one.followers(text, 2)).isEqualTo(new Followers(4, 3)); // 2 → 3 3 3, 4
    assertThat(one.count(text, 2)).isEqualTo(3);
    assertThat(two.followers(text, 2)).isEqualTo(new Followers(3, 3)); // 1 2 → 3, 4, 3
    assertThat(two.count(text, 2)).isEqualTo(2);
    assertThat(around.followers(text, 1)).isEqualTo(new Followers(2, 2)); // 1 _ 3
    assertThat(around.followers(text, 2)).isEqualTo(new Followers(0, -1)); // 2 _ 8
    assertThat(one.count(text, 3)).isZero();
  }

  @Test
  void shouldTakeTheTokenSeenFirstAmongEquallyFrequentOnes() {
    NgramCounts counts =
        NgramCounts.of(
            Context.ONE_LEFT, List.of(new int[] {1, 7}, new int[] {1, 3, 1, 3, 1, 7, 1, 5}));

    assertThat(counts.followers(new int[] {1, 0}, 1)).isEqualTo(new Followers(5, 7));
  }

  @Test
  void shouldScoreByTheDefinitionsOfTheTrainingScripts() {
    List<int[]> heldOut = List.of(new int[] {1, 2, 3, 4, END});

    // 15 tokens: 2 four times; 1, 3 and end thrice; 4 and 5 once.
    double unigram =
        -(Math.log(4 / 25.0) + Math.log(5 / 25.0) + 2 * Math.log(4 / 25.0) + Math.log(2 / 25.0));
    assertThat(model.tokens()).isEqualTo(15);
    assertThat(model.unigramNats(heldOut).sums())
        .containsExactly(new double[] {unigram}, within(1e-12));
    assertThat(model.unigramNats(heldOut).tokens()).isEqualTo(5);
    assertThat(model.unigramHits(heldOut).sums()).containsExactly(1); // the 2
    // Inside: 3 after (1, 2), 4 after (2, 3).
    double three = 0.1 * 4 / 25 + 0.35 * 3 / 4 + 0.55 * 2 / 3;
    double four = 0.1 * 2 / 25 + 0.35 * 0 + 0.55 * 0;
    assertThat(model.trigramNats(heldOut).sums())
        .containsExactly(new double[] {-Math.log(three) - Math.log(four)}, within(1e-12));
    assertThat(model.trigramNats(heldOut).tokens()).isEqualTo(2);
    assertThat(model.trigramHits(heldOut).sums()).containsExactly(1); // 3; 2 3 → 1, end, end
    // 2 _ 4 is unseen, so 2 → 3: right; 3 _ end is unseen, 3 → end: wrong.
    assertThat(model.neighbourHits(heldOut).sums()).containsExactly(1);
  }

  @Test
  void shouldPredictNothingAfterATokenNeverSeen() {
    List<int[]> heldOut = List.of(new int[] {6, 7, 8, 6, END});

    assertThat(model.trigramHits(heldOut).sums()).containsExactly(0);
    assertThat(model.neighbourHits(heldOut).sums()).containsExactly(0);
    assertThat(model.trigramNats(heldOut).sums())
        .containsExactly(new double[] {-2 * Math.log(0.1 / 25)}, within(1e-12));
  }

  @Test
  void shouldRefuseAVocabularyThatDoesNotFit() {
    assertThatThrownBy(() -> NgramModel.train(TRAIN, 1 << 22))
        .hasMessageContaining("the limit is 2097152");
  }
}
