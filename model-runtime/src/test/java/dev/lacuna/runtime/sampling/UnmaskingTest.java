package dev.lacuna.runtime.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class UnmaskingTest {

  private static RandomSource random(long seed) {
    return CounterRandom.of(seed, 1);
  }

  @Test
  void shouldGiveTheFirstStepsTheRemainderLikeGetNumTransferTokens() {
    UnmaskingSchedule schedule = UnmaskingSchedule.of(10, 4);
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
  void shouldUnmaskEveryMaskOnceOverAllSteps(
      @ForAll @IntRange(min = 1, max = 5000) int masks,
      @ForAll @IntRange(min = 1, max = 6000) int stepsAsked) {
    UnmaskingSchedule schedule = UnmaskingSchedule.of(masks, stepsAsked);
    assertThat(schedule.steps()).isEqualTo(Math.min(masks, stepsAsked));
    int left = masks;
    for (int step = 1; step <= schedule.steps(); step++) {
      int count = schedule.count(step, left);
      assertThat(count).isBetween(masks / schedule.steps(), masks / schedule.steps() + 1);
      assertThat(count)
          .isEqualTo(masks / schedule.steps() + (step <= masks % schedule.steps() ? 1 : 0));
      left -= count;
    }
    assertThat(left).isZero();
  }

  @Test
  void shouldTakeAllThatIsLeftWhenTheLastStepIsReached() {
    assertThat(UnmaskingSchedule.of(10, 4).count(4, 9)).isEqualTo(9);
    assertThat(UnmaskingSchedule.of(10, 4).count(7, 3)).isEqualTo(3);
    assertThat(UnmaskingSchedule.of(10, 4).count(1, 2)).isEqualTo(2);
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
