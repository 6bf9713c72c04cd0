package dev.lacuna.evaluation.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EngineInfillTest {

  private static final ModelFacts FACTS = TestFacts.named("made-up", 64, 100);
  private static final SamplingSettings SETTINGS =
      SamplingSettings.plain(4, UnmaskingOrder.CONFIDENCE, 0f, 1f, 0, 7);

  /** Fills every second mask with what the text has there: the text counts up from 10. */
  private static final class HalfRight implements GenerationEngine {
    final List<RunSpec> specs = new ArrayList<>();
    Optional<Throwable> failure = Optional.empty();

    @Override
    public long forwardPasses() {
      return 0;
    }

    @Override
    public long deviceClockMicros() {
      return 0;
    }

    @Override
    public RunHandle submit(RunSpec spec, Consumer<RunEvent> observer) {
      specs.add(spec);
      int[] positions = spec.plan().maskPositions();
      int[] tokens = new int[positions.length];
      Arrays.setAll(tokens, i -> i % 2 == 0 ? 10 + positions[i] : 9);
      if (failure.isEmpty()) {
        observer.accept(
            new RunEvent.Finished(new RunProgress(1, 3, 3, tokens, new float[tokens.length])));
      }
      return new RunHandle() {
        @Override
        public void cancel() {}

        @Override
        public void share() {}
      };
    }

    @Override
    public Optional<Throwable> failure() {
      return failure;
    }
  }

  private final HalfRight engine = new HalfRight();
  private final AtomicLong nanos = new AtomicLong();
  private final EngineInfill infill =
      new EngineInfill(engine, FACTS, () -> nanos.getAndAdd(6_000_000_000L));

  @Test
  void shouldCountWhatCameBackAndWhatItCost() {
    EngineInfill.Outcome outcome =
        infill.measure(
            List.of(document(0, 20), document(1, 30)),
            new Masking(0.5, 1, 1),
            SETTINGS,
            done -> {});

    assertThat(outcome.right().sums()).containsExactly(5, 8);
    assertThat(outcome.right().counts()).containsExactly(10, 15);
    assertThat(outcome.steps().perToken().value()).isEqualTo(3);
    assertThat(outcome.tokensPerStep()).isEqualTo(25 / 6.0);
    assertThat(outcome.secondsPerDocument()).isEqualTo(3);
  }

  @Test
  void shouldPlanBlanksWhereTheMasksAre() {
    infill.measure(List.of(document(0, 40)), new Masking(0.5, 1, 1), SETTINGS, done -> {});

    DocumentPlan plan = engine.specs.get(0).plan();
    int[] masks = new Masking(0.5, 1, 1).of(document(0, 40));
    assertThat(plan.maskPositions()).isEqualTo(masks);
    assertThat(plan.blanks()).allMatch(blank -> !blank.endAllowed());
    for (int position = 0; position < 40; position++) {
      boolean masked = Arrays.binarySearch(masks, position) >= 0;
      assertThat(plan.tokens()[position]).isEqualTo(masked ? TestFacts.MASK : 10 + position);
    }
    assertThat(plan.tokens()[40]).isEqualTo(TestFacts.END);
    assertThat(plan.promptTokens()).isEqualTo(21);
  }

  @Test
  void shouldGiveEveryDocumentRandomNumbersOfItsOwn() {
    infill.measure(
        List.of(document(0, 8), document(1, 8)), new Masking(0.5, 1, 1), SETTINGS, done -> {});

    assertThat(engine.specs.get(0).random().uniform(1, 1, 3, 0))
        .isNotEqualTo(engine.specs.get(1).random().uniform(1, 1, 3, 0));
  }

  @Test
  void shouldEndWhenTheEngineHasFailed() {
    engine.failure = Optional.of(new IllegalStateException("no memory"));

    assertThatThrownBy(
            () ->
                infill.measure(
                    List.of(document(0, 8)), new Masking(0.5, 1, 1), SETTINGS, done -> {}))
        .hasMessageContaining("the engine failed")
        .hasMessageContaining("no memory");
  }

  private static EvaluationCanvas document(int number, int tokens) {
    int[] text = new int[tokens];
    Arrays.setAll(text, i -> 10 + i);
    return EvaluationCanvas.of(number, text, FACTS);
  }
}
