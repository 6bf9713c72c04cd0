package dev.lacuna.runtime.onnx.head;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.Sessions;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InverseCdfTest {

  private static final float JUST_BELOW_ONE = 0.99999994f;
  private static final float[] EDGES = {
    0f, Float.MIN_VALUE, 1e-30f, 0.25f, 0.5f, 0.75f, 0.9999f, 0.9999999f, JUST_BELOW_ONE
  };

  /** 1009 and 50257 have no useful divisor and are padded. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 104, 256, 257, 1000, 1009, 4096, 50_257})
  void shouldNeverDrawAnIdOfNoMassWhenMassIsScattered(int vocabulary) throws OrtException {
    SplittableRandom random = new SplittableRandom(vocabulary);
    int rows = 40;
    float[][] mass = new float[rows][vocabulary];
    float[][] uniform = new float[rows][1];
    for (int row = 0; row < rows; row++) {
      double share = row % 4 == 0 ? 0 : random.nextDouble() / (1 + row);
      float sum = 0;
      for (int id = 0; id < vocabulary; id++) {
        mass[row][id] = random.nextDouble() < share ? (float) Math.pow(random.nextDouble(), 9) : 0;
        sum += mass[row][id];
      }
      if (sum == 0) {
        mass[row][random.nextInt(vocabulary)] = row % 8 == 0 ? 1 : 1e-38f;
      }
      uniform[row][0] = EDGES[row % EDGES.length];
    }
    long[] drawn = draw(vocabulary, mass, uniform);
    for (int row = 0; row < rows; row++) {
      assertThat(drawn[row]).isBetween(0L, vocabulary - 1L);
      assertThat(mass[row][(int) drawn[row]]).as("row %d", row).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {104, 1009, 4096})
  void shouldDrawWhatExactArithmeticDrawsWhenMassesAreExact(int vocabulary) throws OrtException {
    SplittableRandom random = new SplittableRandom(7);
    int rows = 64;
    float[][] mass = new float[rows][vocabulary];
    float[][] uniform = new float[rows][1];
    long[] expected = new long[rows];
    for (int row = 0; row < rows; row++) {
      // Sixteen masses of 1/16: every sum is exact, so is every boundary.
      int[] ids = random.ints(0, vocabulary).distinct().limit(16).sorted().toArray();
      for (int id : ids) {
        mass[row][id] = 1 / 16f;
      }
      int pick = random.nextInt(16);
      uniform[row][0] = pick / 16f + (row % 2 == 0 ? 0 : 0.06f);
      expected[row] = ids[pick];
    }
    assertThat(draw(vocabulary, mass, uniform)).isEqualTo(expected);
  }

  @Test
  void shouldDrawTheLastIdOfMassWhenTheNumberIsAlmostOne() throws OrtException {
    float[][] mass = new float[1][4096];
    mass[0][5] = 0.3f;
    mass[0][4000] = 0.7f;
    assertThat(draw(4096, mass, new float[][] {{JUST_BELOW_ONE}})).containsExactly(4000);
  }

  /** Where the numbers fall on the sums' boundaries, the last bit of a sum decides. */
  @ParameterizedTest
  @ValueSource(ints = {57, 250, 1009, 1010, 1012, 4095, 4096, 4099, 50_257})
  void shouldDrawTheSameAloneAndAmongOthersWhenNumbersFallOnBoundaries(int vocabulary)
      throws OrtException {
    SplittableRandom random = new SplittableRandom(vocabulary);
    int rows = 200;
    float[][] mass = new float[rows][vocabulary];
    float[][] uniform = new float[rows][1];
    for (int row = 0; row < rows; row++) {
      double whole = 0;
      for (int id = 0; id < vocabulary; id++) {
        mass[row][id] = (float) random.nextDouble() / vocabulary;
        whole += mass[row][id];
      }
      int boundary = random.nextInt(vocabulary);
      double before = 0;
      for (int id = 0; id < boundary; id++) {
        before += mass[row][id];
      }
      uniform[row][0] = (float) (before / whole);
    }
    long[] together = draw(vocabulary, mass, uniform);
    for (int row = 0; row < rows; row++) {
      float[][] own = {mass[row]};
      assertThat(draw(vocabulary, own, new float[][] {uniform[row]}))
          .as("row %d", row)
          .containsExactly(together[row]);
    }
  }

  private static long[] draw(int vocabulary, float[][] mass, float[][] uniform)
      throws OrtException {
    GraphBuilder graph = new GraphBuilder("draw");
    Value m = graph.input("mass", TensorType.FLOAT, "rows", vocabulary);
    Value u = graph.input("uniform", TensorType.FLOAT, "rows", 1);
    Value token = InverseCdf.of(graph, VocabularyGroups.of(vocabulary)).draw(graph, m, u);
    graph.output(token, "tokens", TensorType.INT64, "rows");
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (OrtSession session =
            Sessions.open(graph.build(), name -> null, ForwardPassOptions.defaults().withThreads(1))
                .session();
        OnnxTensor masses = OnnxTensor.createTensor(env, mass);
        OnnxTensor uniforms = OnnxTensor.createTensor(env, uniform);
        OrtSession.Result result = session.run(Map.of("mass", masses, "uniform", uniforms))) {
      return (long[]) result.get(0).getValue();
    }
  }
}
