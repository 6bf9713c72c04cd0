package dev.lacuna.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountingTest {
  private final Accounting accounting = new Accounting(List.of("a", "b"));

  @Test
  void shouldFindNothingAmissWhenEverythingCameOnce() {
    addAll();

    assertThat(accounting.isComplete()).isTrue();
    assertThat(accounting.problems()).isEmpty();
    assertThat(accounting.requests()).isEqualTo(2);
    assertThat(accounting.completions()).isEqualTo(2);
    assertThat(accounting.timings()).isEqualTo(5);
  }

  @Test
  void shouldMissACompletionWhenNoneCame() {
    addRun("a", 3);

    assertThat(accounting.isComplete()).isFalse();
    assertThat(accounting.problems()).containsExactly("b: no completion");
  }

  @Test
  void shouldMissAStepWhenThereIsAGap() {
    accounting.add(Records.completed("a", 3));
    accounting.add(Records.timing("a", 1, 1, 3));
    accounting.add(Records.timing("a", 1, 3, 3));
    addRun("b", 2);

    assertThat(accounting.isComplete()).isFalse();
    assertThat(accounting.problems())
        .containsExactly(
            "a: 2 step timings, the completion says 3",
            "a, sample 1 pass 1: no timing of step 2 of 3",
            "a: timings of 2 different steps, the completion says stepsRun 3",
            "a, sample 1: timings of 2 different steps, the sample says stepsRun 3");
  }

  @Test
  void shouldAcceptSeveralPassesAndMissOneThatIsLeftOut() {
    Accounting passes = new Accounting(List.of("a"));
    passes.add(Records.completed("a", 3));
    passes.add(Records.timing("a", 1, 1, 1, 1));
    passes.add(Records.timing("a", 1, 2, 1, 2));
    passes.add(Records.timing("a", 1, 2, 2, 2));
    assertThat(passes.isComplete()).isTrue();
    assertThat(passes.problems()).isEmpty();

    Accounting gap = new Accounting(List.of("a"));
    gap.add(Records.completed("a", 2));
    gap.add(Records.timing("a", 1, 1, 1, 1));
    gap.add(Records.timing("a", 1, 3, 1, 1));
    assertThat(gap.problems()).containsExactly("a, sample 1 pass 3: no timing of the pass before");
  }

  @Test
  void shouldMissTheLastStepWhenOnlyTheCompletionKnowsOfIt() {
    accounting.add(Records.completed("a", 3));
    accounting.add(Records.timing("a", 1, 1, 3));
    accounting.add(Records.timing("a", 1, 2, 3));
    addRun("b", 2);

    assertThat(accounting.problems())
        .contains(
            "a: 2 step timings, the completion says 3",
            "a, sample 1 pass 1: completed with 1 masks left");
  }

  @Test
  void shouldTellEqualFromDifferingCompletionsWhenTheyAreDoubled() {
    addAll();
    accounting.add(Records.completed("a", 3));
    accounting.add(GenerationCompletion.newBuilder(Records.completed("b", 2)).setSeed(8L).build());

    assertThat(accounting.completions()).isEqualTo(4);
    assertThat(accounting.problems())
        .containsExactly("a: 2 completions, equal", "b: 2 completions, which differ");
  }

  @Test
  void shouldTellEqualFromDifferingTimingsWhenTheyAreDoubled() {
    addAll();
    accounting.add(Records.timing("a", 1, 2, 3));
    accounting.add(StepTiming.newBuilder(Records.timing("b", 1, 1, 2)).setDeviceMicros(9L).build());

    assertThat(accounting.problems())
        .containsExactly(
            "a: 4 step timings, the completion says 3",
            "a, sample 1 pass 1: 2 timings of step 2, equal",
            "b: 3 step timings, the completion says 2",
            "b, sample 1 pass 1: 2 timings of step 1, which differ");
  }

  @Test
  void shouldSeeADuplicateThatHidesAGapWhenTheCountIsRight() {
    accounting.add(Records.completed("a", 3));
    accounting.add(Records.timing("a", 1, 1, 3));
    accounting.add(Records.timing("a", 1, 3, 3));
    accounting.add(Records.timing("a", 1, 3, 3));
    addRun("b", 2);

    assertThat(accounting.isComplete()).isTrue();
    assertThat(accounting.problems())
        .contains(
            "a, sample 1 pass 1: no timing of step 2 of 3",
            "a, sample 1 pass 1: 2 timings of step 3, equal");
  }

  @Test
  void shouldSeeStepsThatDoNotFollowFromEachOther() {
    accounting.add(Records.completed("a", 2));
    accounting.add(Records.timing("a", 1, 1, 2));
    accounting.add(StepTiming.newBuilder(Records.timing("a", 1, 2, 2)).setMaskedBefore(2).build());
    addRun("b", 2);

    assertThat(accounting.problems())
        .containsExactly("a, sample 1 pass 1: step 1 leaves 1 masks, step 2 finds 2");
  }

  @Test
  void shouldSeeStepZero() {
    addAll();
    accounting.add(Records.timing("a", 1, 0, 3));

    assertThat(accounting.problems()).contains("a, sample 1 pass 1: step 0, but they count from 1");
  }

  @Test
  void shouldCountEverySampleByItself() {
    GenerationCompletion two =
        GenerationCompletion.newBuilder(Records.completed("a", 3))
            .setSamples(List.of(Records.sample(2, 1), Records.sample(1, 2)))
            .build();
    accounting.add(two);
    accounting.add(Records.timing("a", 1, 1, 2));
    accounting.add(Records.timing("a", 1, 2, 2));
    accounting.add(Records.timing("a", 2, 1, 1));
    addRun("b", 2);

    assertThat(accounting.problems()).isEmpty();
  }

  @Test
  void shouldTakeAFailedCompletionAsTheOneAnswer() {
    accounting.add(Records.failed("a"));
    addRun("b", 2);

    assertThat(accounting.isComplete()).isTrue();
    assertThat(accounting.problems()).isEmpty();
  }

  @Test
  void shouldSeeRecordsOfRequestsThatNobodySent() {
    addAll();
    accounting.add(Records.failed("c"));
    accounting.add(Records.timing("d", 1, 1, 1));

    assertThat(accounting.problems())
        .containsExactly(
            "c: a completion for a request that nobody sent",
            "d: step timings for a request that nobody sent");
  }

  private void addAll() {
    addRun("a", 3);
    addRun("b", 2);
  }

  private void addRun(String id, int steps) {
    accounting.add(Records.completed(id, steps));
    for (int step = steps; step >= 1; step--) {
      accounting.add(Records.timing(id, 1, step, steps));
    }
  }
}
