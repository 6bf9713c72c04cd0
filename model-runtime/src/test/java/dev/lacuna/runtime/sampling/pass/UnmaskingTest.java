package dev.lacuna.runtime.sampling.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.RandomSource;
import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class UnmaskingTest {

  private static RandomSource random(long seed) {
    return CounterRandom.of(seed, 1);
  }

  private static UnmaskingSchedule even(int steps) {
    return new UnmaskingSchedule(CountSchedule.EVEN, 0f, steps);
  }

  @Test
  void shouldGiveTheFirstStepsTheRemainderLikeGetNumTransferTokens() {
    UnmaskingSchedule schedule = even(4);
    assertThat(
            new int[] {
              schedule.count(1, 10),
              schedule.count(2, 7),
              schedule.count(3, 4),
              schedule.count(4, 2)
            })
        .containsExactly(3, 3, 2, 2);
  }

  @Property
  void shouldUnmaskEveryMaskOnceOverAllEvenSteps(
      @ForAll @IntRange(min = 1, max = 5000) int masks,
      @ForAll @IntRange(min = 1, max = 6000) int stepsAsked) {
    int steps = Math.min(masks, stepsAsked);
    UnmaskingSchedule schedule = even(steps);
    int left = masks;
    for (int step = 1; step <= steps; step++) {
      int count = schedule.count(step, left);
      assertThat(count).isEqualTo(masks / steps + (step <= masks % steps ? 1 : 0));
      left -= count;
    }
    assertThat(left).isZero();
  }

  @Property
  void shouldUnmaskEveryMaskOnceOverAllSteps(
      @ForAll CountSchedule counts,
      @ForAll @IntRange(min = 1, max = 3000) int masks,
      @ForAll @IntRange(min = 1, max = 300) int steps,
      @ForAll("epsilons") float epsilon) {
    UnmaskingSchedule schedule = new UnmaskingSchedule(counts, epsilon, steps);
    int left = masks;
    for (int step = 1; step <= steps; step++) {
      int count = schedule.count(step, left);
      assertThat(count).isBetween(0, left);
      assertThat(schedule.share(step)).isBetween(0f, 1f);
      left -= count;
    }
    assertThat(left).isZero();
    assertThat(schedule.share(steps)).isEqualTo(1f);
  }

  @Provide
  Arbitrary<Float> epsilons() {
    return Arbitraries.of(0f, 1e-5f, 1e-3f);
  }

  @Test
  void shouldTakeAllThatIsLeftWhenTheLastStepIsReached() {
    assertThat(even(4).count(4, 9)).isEqualTo(9);
    assertThat(even(4).count(7, 3)).isEqualTo(3);
    assertThat(new UnmaskingSchedule(CountSchedule.LINEAR, 1e-3f, 4).count(4, 9)).isEqualTo(9);
  }

  @Test
  void shouldUnmaskFewerAtFirstWhenTheScheduleIsTruncated() {
    UnmaskingSchedule schedule = new UnmaskingSchedule(CountSchedule.LINEAR, 1e-5f, 4);
    // 8 x (1 - 0.75...) is just below 2: the epsilon makes it one less than an even share.
    assertThat(schedule.count(1, 8)).isEqualTo(1);
  }

  @Test
  void shouldCutMasksAndStepsIntoBlocks() {
    Blocks blocks = Blocks.of(20, 6, 10);
    assertThat(blocks.count()).isEqualTo(4);
    assertThat(blocks.end(3) - blocks.first(3)).isEqualTo(2);
    assertThat(IntStream.range(0, 4).map(blocks::steps)).containsExactly(3, 3, 2, 2);
    assertThat(IntStream.range(0, 4).map(Blocks.of(20, 6, 2)::steps)).containsExactly(1, 1, 1, 1);
    assertThat(Blocks.of(20, 0, 7).count()).isEqualTo(1);
    assertThat(Blocks.of(0, 0, 7).count()).isZero();
  }

  @Test
  void shouldCountTheSureOnesByRule() {
    float[] ranked = {0.99f, 0.95f, 0.9f, 0.7f, 0.4f};
    assertThat(RevealCounts.threshold(ranked, 0.9f)).isEqualTo(3);
    assertThat(RevealCounts.threshold(ranked, 1f)).isEqualTo(1);
    // 1 - 0.5 / (i + 1) for i = 2, 3, 4: 0.833, 0.875, 0.9.
    assertThat(RevealCounts.factor(ranked, 0.5f)).isEqualTo(3);
    assertThat(RevealCounts.factor(new float[] {0.1f, 0.1f}, 0.5f)).isEqualTo(1);
    float[] entropies = {-0.05f, -0.08f, -0.1f, -2f};
    assertThat(RevealCounts.entropyBudget(entropies, 0.15f)).isEqualTo(3);
    assertThat(RevealCounts.entropyBudget(entropies, 0.01f)).isEqualTo(1);
    assertThat(RevealCounts.entropyBudget(entropies, 9f)).isEqualTo(4);
  }

  @Test
  void shouldTakeTheDecimalFractionWhenAPartIsUpdated() {
    assertThat(NoisePass.part(0.7f, 10)).isEqualTo(7);
    assertThat(NoisePass.part(0.4f, 13)).isEqualTo(5);
    assertThat(NoisePass.part(0.01f, 13)).isEqualTo(1);
    assertThat(NoisePass.part(1f, 13)).isEqualTo(13);
  }

  @Test
  void shouldTakeTheLowerPositionWhenConfidencesAreEqual() {
    float[] confidences = {0.5f, 0.9f, 0.5f, 0.9f, 0.5f};
    assertThat(UnmaskingStep.mostCertain(confidences, new boolean[5], 3)).containsExactly(0, 1, 3);
  }

  @Test
  void shouldUnmaskTheEndLastWhenAnotherCandidateIsLeft() {
    float[] confidences = {0.99f, 0.1f, 0.95f, 0.2f};
    boolean[] ends = {true, false, true, false};
    assertThat(UnmaskingStep.mostCertain(confidences, ends, 2)).containsExactly(1, 3);
    assertThat(UnmaskingStep.mostCertain(confidences, ends, 3)).containsExactly(0, 1, 3);
  }

  @Test
  void shouldTreatNotANumberAsLeastConfident() {
    float[] confidences = {Float.NaN, 0f, 0.1f};
    assertThat(UnmaskingStep.mostCertain(confidences, new boolean[3], 2)).containsExactly(1, 2);
    assertThat(UnmaskingStep.mostCertain(confidences, new boolean[3], 9)).containsExactly(0, 1, 2);
  }

  @Property
  void shouldLeaveNoneMoreConfidentBehind(
      @ForAll @Size(min = 1, max = 60) float[] confidences,
      @ForAll @IntRange(min = 0, max = 70) int count) {
    int[] chosen = UnmaskingStep.mostCertain(confidences, new boolean[confidences.length], count);
    assertThat(chosen).hasSize(Math.min(count, confidences.length)).doesNotHaveDuplicates();
    assertThat(chosen).isSorted();
    double least =
        Arrays.stream(chosen)
            .mapToDouble(i -> confidences[i])
            .min()
            .orElse(Double.POSITIVE_INFINITY);
    IntStream.range(0, confidences.length)
        .filter(i -> Arrays.binarySearch(chosen, i) < 0)
        .forEach(i -> assertThat((double) confidences[i]).isLessThanOrEqualTo(least));
  }

  @Property
  void shouldDrawDistinctPositionsWhateverTheSeed(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 100) int masks,
      @ForAll @IntRange(min = 1, max = 100) int count) {
    int[] positions = IntStream.range(0, masks).map(i -> 3 * i + 1).toArray();
    int[] chosen = UnmaskingStep.random(positions, random(seed), 1, 1, count);
    assertThat(chosen).hasSize(Math.min(count, masks)).doesNotHaveDuplicates().isSorted();
    assertThat(chosen).isEqualTo(UnmaskingStep.random(positions, random(seed), 1, 1, count));
  }

  @Test
  void shouldDrawEveryPositionAboutEquallyOftenWhenSeedsDiffer() {
    int[] positions = IntStream.range(0, 10).toArray();
    int[] counts = new int[10];
    for (int seed = 0; seed < 10_000; seed++) {
      for (int i : UnmaskingStep.random(positions, random(seed), 1, 1, 3)) {
        counts[i]++;
      }
    }
    // 3000 expected each, standard deviation 46; the seeds are fixed, so no flakes.
    assertThat(Arrays.stream(counts).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(2800, 3200));
  }

  @Test
  void shouldNotDependOnOtherMasksWhenAPositionIsRanked() {
    int[] all = {0, 1, 2, 3, 4, 5, 6, 7};
    int[] first = UnmaskingStep.random(all, random(5), 1, 1, 1);
    int[] fewer = {first[0], 7 - first[0]};
    Arrays.sort(fewer);
    int[] again = UnmaskingStep.random(fewer, random(5), 1, 1, 1);
    assertThat(fewer[again[0]]).isEqualTo(first[0]);
  }
}
