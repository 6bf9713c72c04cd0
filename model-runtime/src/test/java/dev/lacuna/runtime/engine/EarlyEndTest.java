package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stop and end tokens end a trailing blank, and with it the run. */
class EarlyEndTest {

  private static final int STOP = 77;

  /** Proposes the stop token at one position, the end token at another and a word elsewhere. */
  private static final class Scripted extends HashForwardPass {
    private final int stopAt;
    private final int endAt;

    Scripted(int stopAt, int endAt, boolean masked) {
      super(500, masked);
      this.stopAt = stopAt;
      this.endAt = endAt;
    }

    @Override
    public void run(StepBatch batch) {
      super.run(batch);
      for (int i = 0; i < batch.positions; i++) {
        int position = (int) (batch.flatPositions[i] % batch.length);
        boolean end = batch.endAllowed[i] && position == endAt;
        batch.proposals[i] = position == stopAt ? STOP : end ? TestFacts.END : 9;
        // The nearer to the start, the surer.
        batch.confidences[i] = 1f - position / 100f;
        batch.certainties[i] = batch.confidences[i];
      }
    }
  }

  private static SamplingSettings settings(int steps, int block, List<Integer> stops) {
    return new SamplingSettings(
        steps,
        UnmaskingOrder.CONFIDENCE,
        new RevealRule.Scheduled(CountSchedule.EVEN),
        0f,
        1f,
        0,
        0f,
        block,
        1f,
        stops,
        1);
  }

  private static DocumentPlan plan(int masks, boolean mayEnd) {
    int[] tokens = new int[masks];
    Arrays.fill(tokens, TestFacts.MASK);
    var blank = new DocumentPlan.BlankSpan(0, masks, 0, mayEnd, false);
    return DocumentPlan.onOneCanvas(new Document(List.of()), tokens, List.of(blank), 0);
  }

  private static Recorder run(ModelFacts facts, HashForwardPass forward, RunSpec spec) {
    BatchScheduler scheduler =
        new BatchScheduler(
            List.of(new EngineModel(facts, forward)), EngineOptions.DEFAULT, EngineClock.SYSTEM);
    Recorder recorder = new Recorder();
    RunSpec named =
        new RunSpec(
            facts.name(), spec.plan(), spec.settings(), spec.random(), 1, 0, 0, 0, spec.from());
    scheduler.submit(new Row(named, facts, recorder, 1));
    while (scheduler.hasWork()) {
      scheduler.step();
    }
    return recorder;
  }

  private static int[] words(int count, int total, int stop) {
    int[] tokens = new int[total];
    Arrays.fill(tokens, TestFacts.END);
    Arrays.fill(tokens, 0, count, 9);
    tokens[count] = stop;
    return tokens;
  }

  @Test
  void shouldEndTheRunWhenAllBeforeAStopTokenIsKnown() {
    RunSpec spec = Runs.spec(plan(12, true), settings(12, 0, List.of(STOP)));
    Recorder recorder = run(Runs.FACTS, new Scripted(4, 99, true), spec);

    assertThat(recorder.finished().maskTokens()).isEqualTo(words(4, 12, STOP));
    assertThat(recorder.steps()).hasSize(5);
    float stopped = recorder.finished().confidences()[4];
    assertThat(recorder.finished().confidences()[11]).as("as sure as the stop").isEqualTo(stopped);
    StepReport last = recorder.steps().get(4);
    assertThat(last.maskedBefore()).isEqualTo(8);
    assertThat(last.maskedAfter()).isZero();
  }

  @Test
  void shouldNotEndABlankWhenTheStopTokenStandsInTheMiddleOfTheDocument() {
    RunSpec spec = Runs.spec(plan(12, false), settings(12, 0, List.of(STOP)));
    Recorder recorder = run(Runs.FACTS, new Scripted(4, 99, true), spec);

    assertThat(recorder.steps()).hasSize(12);
    assertThat(recorder.finished().maskTokens()[5]).isEqualTo(9);
  }

  @Test
  void shouldWaitForTheTextBeforeAnEndTokenWhenItComesFirst() {
    RunSpec spec = Runs.spec(plan(12, true), settings(6, 4, List.of()));
    Recorder recorder = run(Runs.FACTS, new Scripted(99, 2, true), spec);

    // Block of 4 in two steps: 0 and 1, then 3 before the end token at 2, which comes last.
    assertThat(recorder.steps().get(0).progress().maskTokens()).startsWith(9, 9, -1, -1, -1);
    int[] tokens = words(2, 12, TestFacts.END);
    tokens[3] = 9;
    assertThat(recorder.finished().maskTokens()).isEqualTo(tokens);
    assertThat(recorder.steps()).hasSize(2);
  }

  @Test
  void shouldSkipTheRemainingPassesWhenTheTextEndedInAnEarlierOne() {
    DocumentPlan plan = Runs.inPasses(plan(30, true), 3);
    RunSpec spec = Runs.spec(plan, settings(5, 0, List.of(STOP)));
    Recorder recorder = run(Runs.FACTS, new Scripted(12, 99, true), spec);

    int[] tokens = words(12, 30, STOP);
    tokens[13] = 9; // of the same step as the stop token, two masks each
    assertThat(recorder.finished().maskTokens()).isEqualTo(tokens);
    assertThat(recorder.finished().pass()).isEqualTo(2);
    assertThat(recorder.steps()).extracting(StepReport::pass).containsOnly(1, 2);
    assertThat(recorder.steps()).hasSize(5 + 2);
  }

  @Test
  void shouldTakeAllStepsOfAPassButSkipLaterOnesWhenBlanksStartFromNoise() {
    DocumentPlan plan = Runs.inPasses(plan(30, true), 3);
    SamplingSettings settings = settings(5, 0, List.of(STOP));
    Recorder recorder = run(Runs.NOISY, new Scripted(4, 99, false), Runs.spec(plan, settings));

    assertThat(recorder.steps()).hasSize(5);
    int[] tokens = recorder.finished().maskTokens();
    assertThat(Arrays.copyOf(tokens, 6)).containsExactly(9, 9, 9, 9, STOP, 9);
    assertThat(Arrays.copyOfRange(tokens, 10, 30)).containsOnly(TestFacts.END);
  }
}
