package dev.lacuna.runtime.onnx.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.MixedBatch;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.StepSizes;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that PyTorch exported: src/test/python/export_plain_onnx.py. */
class PlainOnnxTest {

  private static final int MASK = 2;
  private static final int VOCABULARY = 24;
  private static final int TOKENS = 22;

  @TempDir private Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"masked", "unmasked", "half", "external"})
  void shouldProposeTheTokensOfTheExportedLogitsWhenOpenedAsItIs(String variant) throws Exception {
    shouldProposeTheBestTokens(variant, folder(variant));
  }

  @ParameterizedTest
  @ValueSource(strings = {"masked", "unmasked", "half", "external"})
  void shouldProposeTheTokensOfTheExportedLogitsWhenImported(String variant) throws Exception {
    Path imported = temporary.resolve("imported");
    importTo(variant, imported);
    shouldProposeTheBestTokens(variant, imported);
  }

  private void shouldProposeTheBestTokens(String variant, Path folder) throws Exception {
    long[][] rows = {{4, MASK, 6, 7, MASK, MASK, 12}, {MASK, 5, MASK}, {9, 9, MASK, MASK, 8, 1}};
    try (ForwardPass pass = open(folder);
        OrtSession exported = session(folder(variant))) {
      List<Steps.Row> steps = Arrays.stream(rows).map(PlainOnnxTest::row).toList();
      StepBatch batch = Steps.batch(8, 0, steps);
      pass.run(batch);
      int at = 0;
      for (long[] row : rows) {
        float[][] logits = logits(exported, row);
        for (int position : masks(row)) {
          int best = best(logits[position]);
          assertThat(batch.proposals[at])
              .as("row %s, %d", Arrays.toString(row), position)
              .isEqualTo(best);
          assertThat(batch.confidences[at])
              .isCloseTo(probability(logits[position], best), within(1e-3f));
          at++;
        }
      }
      assertThat(at).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"masked", "half"})
  void shouldGiveEveryRowItsBitsWhenTilesAndChunksDiffer(String variant) throws Exception {
    List<Integer> kinds = IntStream.range(0, MixedBatch.KINDS.size()).boxed().toList();
    ForwardPassOptions options = ForwardPassOptions.defaults().withThreads(1);
    List<List<Steps.Outcome>> results = new ArrayList<>();
    for (StepSizes sizes :
        List.of(StepSizes.WHOLE, new StepSizes(1, 7), new StepSizes(Integer.MAX_VALUE, 20))) {
      StepBatch batch = MixedBatch.of(kinds, MASK);
      try (ForwardPass pass =
          Checkpoints.open(folder(variant), "m", options.withSizes(sizes)).forwardPass()) {
        pass.run(batch);
      }
      results.add(MixedBatch.results(batch, kinds, MASK));
    }
    assertThat(results.get(1)).isEqualTo(results.get(0));
    assertThat(results.get(2)).isEqualTo(results.get(0));
  }

  private Path folder(String variant) throws URISyntaxException {
    return Path.of(PlainOnnxTest.class.getResource("/plain-onnx/" + variant).toURI());
  }

  private void importTo(String variant, Path target) throws IOException, URISyntaxException {
    ModelImport.run(
        new ModelImport.Order(
            folder(variant), target, "m", NumberFormat.FP32, FactOverrides.NONE, false, "test"),
        (bytes, total) -> assertThat(bytes).isLessThanOrEqualTo(total));
  }

  private static ForwardPass open(Path folder) {
    OpenedCheckpoint opened =
        Checkpoints.open(folder, "m", ForwardPassOptions.defaults().withThreads(1));
    ModelFacts facts = opened.facts();
    assertThat(facts.vocabulary()).isEqualTo(VOCABULARY);
    assertThat(facts.tokens()).isEqualTo(TOKENS);
    assertThat(facts.maskToken()).isEqualTo(MASK);
    assertThat(facts.canvasLimit()).isEqualTo(64);
    return opened.forwardPass();
  }

  private static Steps.Row row(long[] tokens) {
    return new Steps.Row(tokens, masks(tokens), Steps.Draw.GREEDY);
  }

  private static int[] masks(long[] tokens) {
    return IntStream.range(0, tokens.length).filter(i -> tokens[i] == MASK).toArray();
  }

  private static OrtSession session(Path folder) throws OrtException {
    return RuntimeEnvironment.get().createSession(folder.resolve("model.onnx").toString());
  }

  /** Logits of one row, by the exported graph alone; fp32, shape (length, vocabulary). */
  private static float[][] logits(OrtSession session, long[] row) throws OrtException {
    OrtEnvironment env = RuntimeEnvironment.get();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    boolean ints =
        ((TensorInfo) session.getInputInfo().get("input_ids").getInfo()).type == OnnxJavaType.INT32;
    int[] small = Arrays.stream(row).mapToInt(Math::toIntExact).toArray();
    inputs.put(
        "input_ids",
        ints
            ? OnnxTensor.createTensor(env, new int[][] {small})
            : OnnxTensor.createTensor(env, new long[][] {row}));
    if (session.getInputNames().contains("attention_mask")) {
      long[] ones = new long[row.length];
      Arrays.fill(ones, 1);
      inputs.put("attention_mask", OnnxTensor.createTensor(env, new long[][] {ones}));
    }
    try (OrtSession.Result result = session.run(inputs)) {
      FloatBuffer all = ((OnnxTensor) result.get("logits").get()).getFloatBuffer();
      float[][] logits = new float[row.length][VOCABULARY];
      for (float[] position : logits) {
        all.get(position);
      }
      return logits;
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** Ids that stand for a token and are neither mask nor padding. */
  private static int best(float[] logits) {
    return IntStream.range(1, TOKENS)
        .filter(id -> id != MASK)
        .reduce((a, b) -> logits[b] > logits[a] ? b : a)
        .orElseThrow();
  }

  private static float probability(float[] logits, int id) {
    double sum = 0;
    for (int other = 1; other < TOKENS; other++) {
      sum += other == MASK ? 0 : Math.exp(logits[other]);
    }
    return (float) (Math.exp(logits[id]) / sum);
  }
}
