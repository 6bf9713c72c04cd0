package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published samplers take for masked what holds the mask, even if it was just proposed. */
class StayingMaskedTest {

  private static final ModelFacts FACTS = TestFacts.named("published", 64, 50).asPublished();
  private static final int TOKEN = 7;

  /** Proposes the mask for the first position whenever it is asked, a token for the others. */
  private static final ForwardPass PASS =
      new ForwardPass() {
        @Override
        public void run(StepBatch batch) {
          for (int i = 0; i < batch.positions; i++) {
            boolean first = batch.flatPositions[i] % batch.length == 0;
            batch.proposals[i] = first ? TestFacts.MASK : TOKEN;
            // The first position is the surest, so that it is always chosen.
            batch.confidences[i] = first ? 0.9f : 0.5f;
            batch.certainties[i] = batch.confidences[i];
          }
        }

        @Override
        public String device() {
          return "fake";
        }

        @Override
        public void close() {}
      };

  /** Masks left after each step, of six. */
  @ParameterizedTest
  @CsvSource({
    "LINEAR, 0, '5,4,1'", // int(6 × 1/3) = 2, int(5 × 1/2) = 2, all
    "EVEN, 0, '5,4,3'", // 2 each, one of which is the mask
    "EVEN, 3, '4,2'" // 3 each, of which the first position, still open, is one in either block
  })
  void shouldLeaveThePositionMaskedAndEndWithTheStepsWhenTheMaskIsProposed(
      CountSchedule schedule, int blockLength, String left) throws InterruptedException {
    Recorder recorder = new Recorder();
    int steps = left.split(",").length;
    try (DenoisingEngine engine =
        new DenoisingEngine(
            List.of(new EngineModel(FACTS, PASS)), EngineOptions.DEFAULT.withSlots(2))) {
      engine.submit(spec(schedule, blockLength, steps), recorder);
      recorder.over.await();
    }

    List<String> masked =
        recorder.steps().stream().map(step -> String.valueOf(step.maskedAfter())).toList();
    assertThat(String.join(",", masked)).isEqualTo(left);
    assertThat(recorder.finished().maskTokens()[0]).isEqualTo(RunProgress.MASKED);
  }

  @Test
  void shouldNeverStayMaskedWhenTheModelIsServed() {
    ModelFacts served = TestFacts.named("served", 64, 50);

    assertThat(served.staysMasked(TestFacts.MASK)).isFalse();
    assertThat(served.mayPropose(TestFacts.MASK)).isFalse();
  }

  private static RunSpec spec(CountSchedule schedule, int blockLength, int steps) {
    int[] tokens = new int[6];
    Arrays.fill(tokens, TestFacts.MASK);
    DocumentPlan plan =
        DocumentPlan.onOneCanvas(
            new Document(List.of()),
            tokens,
            List.of(new DocumentPlan.BlankSpan(0, 6, 0, true, false)),
            0);
    SamplingSettings settings =
        new SamplingSettings(
            steps,
            UnmaskingOrder.CONFIDENCE,
            new RevealRule.Scheduled(schedule),
            0f,
            1f,
            0,
            0f,
            blockLength,
            1f,
            List.of(),
            1);
    return new RunSpec(
        FACTS.name(),
        plan,
        settings,
        CounterRandom.of(1, 1),
        1,
        0,
        Long.MAX_VALUE,
        0,
        RunProgress.start(plan));
  }
}
