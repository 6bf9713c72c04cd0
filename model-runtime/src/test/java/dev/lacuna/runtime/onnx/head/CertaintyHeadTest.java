package dev.lacuna.runtime.onnx.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.LogitsRun;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.TestModels;
import dev.lacuna.runtime.sampling.Certainty;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certainty and guidance in the graph against the formulas over the model's raw logits. */
class CertaintyHeadTest {

  private static final long[] CANVAS = {5, 57, 57, 9, 57, 57, 57, 12, 57, 57, 33, 57};
  private static final int[] POSITIONS = {1, 2, 4, 5, 6, 8, 9, 11};
  private static final int MASK = 57;

  private static EngineModel model;
  private static LogitsRun logits;

  @BeforeAll
  static void open() {
    model = TestModels.published("diffullama");
    logits = new LogitsRun(TestModels.conformance("diffullama").read());
  }

  @AfterAll
  static void close() {
    model.forwardPass().close();
    logits.close();
  }

  /** Temperature and filters of a position. */
  private record Draw(float temperature, float topP, int topK) {}

  private static StepBatch batch(Certainty kind, boolean filtered, Draw... draws) {
    StepBatch batch =
        Steps.batch(CANVAS.length, 0, List.of(new Steps.Row(CANVAS, POSITIONS, Steps.Draw.GREEDY)));
    for (int i = 0; i < batch.positions; i++) {
      Draw draw = draws[i % draws.length];
      batch.temperatures[i] = draw.temperature();
      batch.topP[i] = draw.topP();
      batch.topK[i] = draw.topK();
      batch.certaintyKinds[i] = kind;
      batch.certaintyFiltered[i] = filtered;
      batch.uniforms[i] = 0.37f;
    }
    return batch;
  }

  /** Raw logits of a position of a canvas, after the shift. */
  private static double[] raw(long[] canvas, int position) {
    float[] z = logits.of(canvas, canvas.length, position - 1)[0];
    return IntStream.range(0, z.length).mapToDouble(i -> z[i]).toArray();
  }

  private static double[] softmax(double[] z, double temperature) {
    double max = Arrays.stream(z).max().orElseThrow();
    double[] p = Arrays.stream(z).map(x -> Math.exp((x - max) / temperature)).toArray();
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(x -> x / sum).toArray();
  }

  /** Top-p, then top-k, renormalised. */
  private static double[] filter(double[] p, Draw draw) {
    Integer[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted((a, b) -> Double.compare(p[b], p[a]))
            .toArray(Integer[]::new);
    double[] kept = new double[p.length];
    double before = 0;
    for (int rank = 0; rank < order.length; rank++) {
      boolean counts = draw.topK() == 0 || rank < draw.topK();
      if (before <= draw.topP() && counts) {
        kept[order[rank]] = p[order[rank]];
      }
      before += p[order[rank]];
    }
    double sum = Arrays.stream(kept).sum();
    return Arrays.stream(kept).map(x -> x / sum).toArray();
  }

  private static double certainty(Certainty kind, double[] p, int token) {
    double[] rising = p.clone();
    Arrays.sort(rising);
    return switch (kind) {
      case PROBABILITY -> p[token];
      case MARGIN -> rising[p.length - 1] - rising[p.length - 2];
      case ENTROPY -> Arrays.stream(p).map(x -> x * Math.log(x + 1e-10)).sum();
    };
  }

  @ParameterizedTest
  @EnumSource(Certainty.class)
  void shouldMeasureThePlainSoftmaxWhenTheFamilyDoes(Certainty kind) {
    StepBatch batch = batch(kind, false, new Draw(0, 1, 0), new Draw(0.5f, 0.9f, 5));
    model.forwardPass().run(batch);
    for (int i = 0; i < POSITIONS.length; i++) {
      double[] p = softmax(raw(CANVAS, POSITIONS[i]), 1);
      assertThat((double) batch.certainties[i])
          .isCloseTo(certainty(kind, p, batch.proposals[i]), within(1e-5));
      assertThat((double) batch.confidences[i]).isCloseTo(p[batch.proposals[i]], within(1e-5));
    }
  }

  @ParameterizedTest
  @EnumSource(Certainty.class)
  void shouldMeasureAfterTemperatureAndFiltersWhenTheFamilyDoes(Certainty kind) {
    Draw[] draws = {
      new Draw(0, 0.8f, 0), new Draw(0.5f, 1, 0), new Draw(0, 1, 0), new Draw(0.7f, 0.9f, 5)
    };
    StepBatch batch = batch(kind, true, draws);
    model.forwardPass().run(batch);
    for (int i = 0; i < POSITIONS.length; i++) {
      Draw draw = draws[i % draws.length];
      double[] z = raw(CANVAS, POSITIONS[i]);
      double[] p = filter(softmax(z, draw.temperature() == 0 ? 1 : draw.temperature()), draw);
      assertThat((double) batch.certainties[i])
          .as("position %d, %s", i, draw)
          .isCloseTo(certainty(kind, p, batch.proposals[i]), within(2e-5));
      assertThat((double) batch.confidences[i])
          .as("the log-probability's stays plain")
          .isCloseTo(softmax(z, 1)[batch.proposals[i]], within(1e-5));
    }
  }

  @Test
  void shouldGuideOnlyThePositionsThatHaveATwin() {
    float scale = 1.5f;
    long[] prompt = CANVAS.clone();
    long[] unconditional = new long[CANVAS.length];
    Arrays.fill(unconditional, MASK);
    Steps.Row own = new Steps.Row(prompt, POSITIONS, Steps.Draw.GREEDY);
    Steps.Row twin = new Steps.Row(unconditional, new int[0], Steps.Draw.GREEDY);
    StepBatch batch = Steps.batch(CANVAS.length, 0, List.of(own, twin, own));
    for (int i = 0; i < POSITIONS.length; i++) {
      batch.guidedIndices[i] = i;
      batch.guidedFlatPositions[i] = CANVAS.length + POSITIONS[i];
      batch.guidanceScales[i] = scale;
    }
    batch.guided = POSITIONS.length;
    model.forwardPass().run(batch);

    for (int i = 0; i < POSITIONS.length; i++) {
      double[] c = raw(CANVAS, POSITIONS[i]);
      double[] u = raw(unconditional, POSITIONS[i]);
      double[] guided =
          IntStream.range(0, c.length)
              .mapToDouble(id -> u[id] + (scale + 1) * (c[id] - u[id]))
              .toArray();
      compare(batch, i, softmax(guided, 1));
      compare(batch, POSITIONS.length + i, softmax(c, 1));
    }
  }

  private static void compare(StepBatch batch, int i, double[] p) {
    double best = Arrays.stream(p).max().orElseThrow();
    assertThat(p[batch.proposals[i]]).isEqualTo(best);
    assertThat((double) batch.confidences[i]).isCloseTo(best, within(2e-5));
    assertThat(batch.certainties[i]).isEqualTo(batch.confidences[i]);
  }

  @Test
  void shouldKeepEveryPositionsBitsWhenOthersAreMeasuredOrGuided() {
    StepBatch plain = batch(Certainty.PROBABILITY, false, new Draw(0.9f, 0.9f, 0));
    StepBatch mixed = batch(Certainty.PROBABILITY, false, new Draw(0.9f, 0.9f, 0));
    for (int i = 0; i < POSITIONS.length; i += 2) {
      mixed.certaintyKinds[i] = i % 4 == 0 ? Certainty.ENTROPY : Certainty.MARGIN;
      mixed.certaintyFiltered[i] = i % 4 == 2;
    }
    StepBatch entropies = batch(Certainty.ENTROPY, false, new Draw(0.9f, 0.9f, 0));
    for (StepBatch batch : List.of(plain, mixed, entropies)) {
      model.forwardPass().run(batch);
    }
    for (int i = 0; i < POSITIONS.length; i++) {
      assertThat(mixed.proposals[i]).isEqualTo(plain.proposals[i]);
      assertThat(mixed.confidences[i]).isEqualTo(plain.confidences[i]);
      if (i % 2 == 1) {
        assertThat(mixed.certainties[i]).isEqualTo(plain.certainties[i]);
      } else if (i % 4 == 0) {
        assertThat(mixed.certainties[i]).isEqualTo(entropies.certainties[i]);
      }
    }
  }
}
