package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.checkpoint.FactOverrides;
import dev.lacuna.runtime.onnx.Checkpoints;
import dev.lacuna.runtime.onnx.ForwardPassOptions;
import dev.lacuna.runtime.onnx.OpenedCheckpoint;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.sampling.UnmaskingOrder;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine on ONNX Runtime: rows are bit-equal alone and together. */
@Timeout(120)
class EngineOnCheckpointTest {

  private static final int ROWS = 16;
  private static final int MASK = 44;

  private static OpenedCheckpoint open() throws Exception {
    Path folder =
        Path.of(EngineOnCheckpointTest.class.getResource("/conformance/diffullama-gqa").toURI());
    return Checkpoints.open(
        folder,
        "tiny",
        ForwardPassOptions.defaults().withThreads(2),
        FactOverrides.NONE.withMaskToken(MASK).withShift(true));
  }

  /** Rows of one bucket, 49 to 64 tokens, that differ in everything a request may choose. */
  private static RunSpec spec(int i) {
    Random random = new Random(i);
    int length = 49 + i;
    int[] tokens = new int[length];
    List<DocumentPlan.BlankSpan> blanks = new ArrayList<>();
    for (int at = 0; at < length; at++) {
      boolean masked = at >= 3 && at % 11 >= i % 5;
      tokens[at] = masked ? MASK : 3 + random.nextInt(40);
      if (masked) {
        blanks.add(new DocumentPlan.BlankSpan(at, 1, blanks.size(), at == length - 1, false));
      }
    }
    DocumentPlan plan = DocumentPlan.onOneCanvas(new Document(List.of()), tokens, blanks, 0);
    SamplingSettings settings =
        SamplingSettings.plain(
            3 + i,
            i % 2 == 0 ? UnmaskingOrder.CONFIDENCE : UnmaskingOrder.RANDOM,
            i % 4 < 2 ? 0f : 1f,
            i % 3 == 0 ? 0.9f : 1f,
            i % 5 == 0 ? 20 : 0,
            1000 + i);
    return new RunSpec(
        "tiny",
        plan,
        settings,
        CounterRandom.of(settings.seed(), 1),
        1,
        0,
        Long.MAX_VALUE,
        i,
        RunProgress.start(plan));
  }

  private static List<RunProgress> progressOf(Recorder recorder) throws InterruptedException {
    assertThat(recorder.over.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(recorder.finished().masked()).isZero();
    return recorder.steps().stream().map(StepReport::progress).toList();
  }

  @Test
  void shouldGiveTheSameBitsWhenMixedRowsShareABatch() throws Exception {
    OpenedCheckpoint opened = open();
    ModelFacts facts = opened.facts();
    try (DenoisingEngine engine =
        new DenoisingEngine(
            List.of(new EngineModel(facts, opened.forwardPass())),
            EngineOptions.DEFAULT.withSlots(ROWS))) {
      List<List<RunProgress>> alone = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        Recorder recorder = new Recorder();
        engine.submit(spec(i), recorder);
        alone.add(progressOf(recorder));
        assertThat(recorder.steps()).extracting(StepReport::batchRows).containsOnly(1);
      }
      List<Recorder> together = submitTogether(engine);
      for (int i = 0; i < ROWS; i++) {
        assertThat(progressOf(together.get(i))).as("row %d", i).isEqualTo(alone.get(i));
      }
      assertThat(together.get(0).steps().get(0).batchRows()).isEqualTo(ROWS);
      assertThat(engine.failure()).isEmpty();
    }
  }

  /** Holds the engine in an event of another run until all rows wait for their slots. */
  private static List<Recorder> submitTogether(DenoisingEngine engine) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    engine.submit(
        oneStep(),
        event -> {
          held.countDown();
          awaitUninterrupted(release);
        });
    assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
    List<Recorder> recorders = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      recorders.add(new Recorder());
      engine.submit(spec(i), recorders.get(i));
    }
    release.countDown();
    return recorders;
  }

  /** A run of one step, so that it has left its slot by its first event. */
  private static RunSpec oneStep() {
    RunSpec spec = spec(0);
    SamplingSettings once = SamplingSettings.plain(1, UnmaskingOrder.CONFIDENCE, 0f, 1f, 0, 1);
    return new RunSpec(
        "tiny", spec.plan(), once, spec.random(), spec.sample(), 0, 0, 0, spec.from());
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
