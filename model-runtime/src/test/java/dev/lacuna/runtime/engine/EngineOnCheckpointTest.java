package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.onnx.TestModels;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine on ONNX Runtime: rows of all samplers are bit-equal alone and together. */
@Timeout(120)
class EngineOnCheckpointTest {

  private static final int ROWS = 24;

  private static final List<RevealRule> RULES =
      List.of(
          new RevealRule.Scheduled(CountSchedule.EVEN),
          new RevealRule.Scheduled(CountSchedule.LINEAR),
          new RevealRule.Scheduled(CountSchedule.INDEPENDENT),
          new RevealRule.Threshold(0.5f),
          new RevealRule.Factor(0.7f),
          new RevealRule.EntropyBudget(2f));

  /** Rows of one bucket, 33 to 48 tokens, that differ in everything a request may choose. */
  static RunSpec spec(ModelFacts facts, int i) {
    Random random = new Random(i);
    int length = 33 + i % 16;
    int[] tokens = new int[length];
    List<DocumentPlan.BlankSpan> blanks = new ArrayList<>();
    for (int at = 0; at < length; at++) {
      boolean blank = at >= 3 && at % 11 >= i % 5;
      tokens[at] = blank && !facts.replacesTokens() ? facts.maskToken() : 3 + random.nextInt(30);
      if (blank) {
        blanks.add(new DocumentPlan.BlankSpan(at, 1, blanks.size(), at == length - 1, false));
      }
    }
    DocumentPlan plan = DocumentPlan.onOneCanvas(new Document(List.of()), tokens, blanks, 0);
    SamplingSettings settings = settings(facts, i);
    return new RunSpec(
        facts.name(),
        plan,
        settings,
        CounterRandom.of(settings.seed(), 1),
        1,
        0,
        Long.MAX_VALUE,
        i,
        RunProgress.start(plan));
  }

  private static SamplingSettings settings(ModelFacts facts, int i) {
    boolean noise = facts.replacesTokens();
    RevealRule unrolled = new RevealRule.Unrolled(0.3f);
    RevealRule rule = noise && i % 6 == 0 ? unrolled : RULES.get(noise ? 0 : i % RULES.size());
    UnmaskingOrder order = Runs.orderOf(rule, UnmaskingOrder.values()[(i / 6) % 4]);
    return new SamplingSettings(
        3 + i % 16,
        noise ? UnmaskingOrder.RANDOM : order,
        rule,
        i % 4 < 2 ? 0f : 1f,
        i % 3 == 0 ? 0.9f : 1f,
        i % 5 == 0 ? 20 : 0,
        i % 7 == 3 && !noise ? 1.5f : 0f,
        i % 8 == 5 && !noise ? 6 : 0,
        noise && i % 2 == 0 ? 0.4f : 1f,
        List.of(),
        1000 + i);
  }

  private static List<RunProgress> progressOf(Recorder recorder) throws InterruptedException {
    assertThat(recorder.over.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(recorder.finished().masked()).isZero();
    return recorder.steps().stream().map(StepReport::progress).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"diffullama", "diffullama-gqa", "sundae"})
  void shouldGiveTheSameBitsWhenRowsOfAllSamplersShareABatch(String folder) throws Exception {
    EngineModel model = TestModels.served(folder).withCost(StepCost.FLAT);
    List<RunSpec> specs = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      specs.add(spec(model.facts(), i));
    }
    try (DenoisingEngine engine =
        new DenoisingEngine(List.of(model), EngineOptions.together(ROWS))) {
      List<List<RunProgress>> alone = new ArrayList<>();
      for (RunSpec spec : specs) {
        Recorder recorder = new Recorder();
        engine.submit(spec, recorder);
        alone.add(progressOf(recorder));
        assertThat(recorder.steps())
            .extracting(StepReport::batchRows)
            .containsOnly(spec.settings().guided() ? 2 : 1);
      }
      compare(engine, specs, alone, UnaryOperator.identity());
      compare(engine, specs, alone, EngineOnCheckpointTest::reversed);
      assertThat(engine.failure()).isEmpty();
    }
  }

  private static List<Integer> reversed(List<Integer> order) {
    List<Integer> copy = new ArrayList<>(order);
    Collections.reverse(copy);
    return copy;
  }

  /** Runs all rows together; the order in which they come decides their slots. */
  private static void compare(
      DenoisingEngine engine,
      List<RunSpec> specs,
      List<List<RunProgress>> alone,
      UnaryOperator<List<Integer>> order)
      throws Exception {
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      rows.add(i);
    }
    rows = order.apply(rows);
    List<Recorder> together = submitTogether(engine, specs, rows);
    for (int place = 0; place < rows.size(); place++) {
      assertThat(progressOf(together.get(place)))
          .as("row %d: %s", rows.get(place), specs.get(rows.get(place)).settings())
          .isEqualTo(alone.get(rows.get(place)));
    }
    assertThat(together.get(0).steps().get(0).batchRows()).isBetween(ROWS - 1, ROWS);
  }

  /** Holds the engine in an event of another run until all rows wait for their slots. */
  private static List<Recorder> submitTogether(
      DenoisingEngine engine, List<RunSpec> specs, List<Integer> rows) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    engine.submit(
        oneStep(specs.get(0)),
        event -> {
          held.countDown();
          awaitUninterrupted(release);
        });
    assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
    List<Recorder> recorders = new ArrayList<>();
    for (int place = 0; place < rows.size(); place++) {
      Recorder recorder = new Recorder();
      RunSpec spec = specs.get(rows.get(place));
      engine.submit(Runs.ranked(spec, 0, Long.MAX_VALUE, place), recorder);
      recorders.add(recorder);
    }
    release.countDown();
    return recorders;
  }

  /** A run of one step, so that it has left its slot by its first event. */
  private static RunSpec oneStep(RunSpec spec) {
    SamplingSettings once = SamplingSettings.plain(1, UnmaskingOrder.RANDOM, 0f, 1f, 0, 1);
    return new RunSpec(
        spec.model(), spec.plan(), once, spec.random(), spec.sample(), 0, 0, 0, spec.from());
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
