package dev.lacuna.runtime.onnx.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.checkpoint.safetensors.WeightData;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.graph.Numbers;
import dev.lacuna.runtime.onnx.graph.RowsGraph;
import dev.lacuna.runtime.onnx.graph.UnsignedWeights;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.Sessions;
import dev.lacuna.runtime.onnx.weights.WeightSource;
import dev.lacuna.runtime.onnx.weights.WeightTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A product in int8 is what the formula says, to the last bit, wherever it stands. */
class Int8ProductsTest {

  private static final int IN = 203;
  private static final int OUT = 45;
  private static final Numbers INT8 = Numbers.anywhere(NumberFormat.INT8);

  /** Where the product stands, and how its weights are held. */
  private enum Place {
    GRAPH,
    BRANCH,
    UNSIGNED_IN_GRAPH,
    UNSIGNED_IN_BRANCH
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void shouldGiveTheBitsOfTheFormula(Place place) throws OrtException {
    float[] weights = weights();
    float[] x = rows();
    assertThat(product(x, weights, place)).isEqualTo(formula(x, weights));
  }

  @Test
  void shouldStayWithinTheErrorOfRounding() throws OrtException {
    float[] weights = weights();
    float[] x = rows();
    float[] found = product(x, weights, Place.GRAPH);
    for (int row = 0; row < x.length / IN; row++) {
      for (int out = 0; out < OUT; out++) {
        double exact = 0;
        double bound = 0;
        double xStep = largest(x, row) / 127;
        double weightStep = largest(weights, out) / 127;
        for (int i = 0; i < IN; i++) {
          double a = x[row * IN + i];
          double b = weights[out * IN + i];
          exact += a * b;
          // Each factor is off by half a step at most.
          bound += Math.abs(a) * weightStep / 2 + Math.abs(b) * xStep / 2 + xStep * weightStep / 4;
        }
        double rest = 1e-5 * bound + 1e-30; // fp32 itself; what is too small for a scale
        assertThat(Math.abs(found[row * OUT + out] - exact)).isLessThanOrEqualTo(bound + rest);
      }
    }
  }

  @Test
  void shouldGiveZerosWhenARowOrAChannelIsZeros() throws OrtException {
    float[] x = rows();
    float[] found = product(x, weights(), Place.GRAPH);
    assertThat(Arrays.copyOfRange(found, OUT, 2 * OUT)).containsOnly(0);
    for (int row = 0; row < x.length / IN; row++) {
      assertThat(found[row * OUT + 3]).isZero();
    }
  }

  @Test
  void shouldGiveARowTheSameBitsWhereverItStands() throws OrtException {
    float[] weights = weights();
    float[] x = rows();
    float[] together = product(x, weights, Place.GRAPH);
    for (int row = 0; row < x.length / IN; row++) {
      float[] alone = Arrays.copyOfRange(x, row * IN, (row + 1) * IN);
      assertThat(product(alone, weights, Place.GRAPH))
          .isEqualTo(Arrays.copyOfRange(together, row * OUT, (row + 1) * OUT));
    }
  }

  @Test
  void shouldRefuseRowsThatCouldExceedTheSums() {
    GraphBuilder graph = new GraphBuilder("test");
    MatrixProducts.weight(graph, INT8, "fits", List.of(2L, 66_000L));
    assertThatThrownBy(() -> MatrixProducts.weight(graph, INT8, "w", List.of(2L, 67_000L)))
        .isInstanceOf(ForwardPassException.class)
        .hasMessageContaining("weight w has rows of 67000 numbers, more than the 66311")
        .hasMessageContaining("use fp32");
  }

  /** Ordinary rows, one of zeros, one with an outlier, a huge one, a tiny one, extremes. */
  private static float[] rows() {
    float[] x = new float[17 * IN];
    Random random = new Random(1);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    Arrays.fill(x, IN, 2 * IN, 0);
    x[2 * IN + 5] = 1e6f;
    scale(x, 3, 1e30f);
    scale(x, 4, 1e-38f);
    for (int i = 0; i < IN; i++) {
      x[5 * IN + i] = 3;
      x[6 * IN + i] = i % 2 == 0 ? 3 : -3;
    }
    return x;
  }

  /** Ordinary channels, one of extremes, one with an outlier, one of zeros. */
  private static float[] weights() {
    float[] weights = new float[OUT * IN];
    Random random = new Random(2);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian() * 0.02f;
    }
    Arrays.fill(weights, IN, 2 * IN, 0.5f);
    weights[2 * IN + 7] = 50;
    Arrays.fill(weights, 3 * IN, 4 * IN, 0);
    return weights;
  }

  private static void scale(float[] x, int row, float by) {
    for (int i = row * IN; i < (row + 1) * IN; i++) {
      x[i] *= by;
    }
  }

  private static float largest(float[] matrix, int row) {
    float most = 0;
    for (int i = row * IN; i < (row + 1) * IN; i++) {
      most = Math.max(most, Math.abs(matrix[i]));
    }
    return most;
  }

  private static float[] formula(float[] x, float[] weights) {
    float[] products = new float[x.length / IN * OUT];
    for (int row = 0; row < x.length / IN; row++) {
      float xScale = Math.max(largest(x, row), 1e-30f) / 127;
      for (int out = 0; out < OUT; out++) {
        float scale = largest(weights, out) / 127;
        long sum = 0;
        for (int i = 0; i < IN; i++) {
          double weight = scale == 0 ? 0 : Math.rint((double) weights[out * IN + i] / scale);
          sum += (long) Math.rint(x[row * IN + i] / xScale) * (long) weight;
        }
        products[row * OUT + out] = sum * scale * xScale;
      }
    }
    return products;
  }

  private static float[] product(float[] x, float[] weights, Place place) throws OrtException {
    GraphBuilder graph = new GraphBuilder("test");
    Value input = graph.input("x", TensorType.FLOAT, "rows", IN);
    Value weight = MatrixProducts.weight(graph, INT8, "w", List.of((long) OUT, (long) IN));
    Value result;
    if (place == Place.GRAPH || place == Place.UNSIGNED_IN_GRAPH) {
      result = new MatrixProducts(graph, INT8).linear(input, weight);
    } else {
      Value yes = graph.input("yes", TensorType.BOOL);
      result = graph.ifElse(yes, branch(graph, input, weight), branch(graph, input, weight));
    }
    graph.output(result, "y", TensorType.FLOAT, "rows", OUT);
    ModelGraph built = graph.build();
    if (place == Place.UNSIGNED_IN_GRAPH || place == Place.UNSIGNED_IN_BRANCH) {
      byte[] unsigned = UnsignedWeights.in(RowsGraph.model(built)).toByteArray();
      built = new ModelGraph(unsigned, built.weights());
    }
    return run(built, x, weights);
  }

  private static GraphBuilder branch(GraphBuilder graph, Value input, Value weight) {
    GraphBuilder branch = graph.branch("branch");
    Value product = new MatrixProducts(branch, INT8).linear(input, weight);
    branch.result(product, TensorType.FLOAT, "rows", OUT);
    return branch;
  }

  private static float[] run(ModelGraph graph, float[] x, float[] weights) throws OrtException {
    WeightSource source = new WeightTensors(graph, new OneMatrix(weights));
    ForwardPassOptions options = ForwardPassOptions.defaults().withThreads(1);
    var env = RuntimeEnvironment.get();
    long[] shape = {x.length / IN, IN};
    try (OrtSession session = Sessions.open(graph, source, options).session();
        OnnxTensor input = OnnxTensor.createTensor(env, FloatBuffer.wrap(x), shape);
        OnnxTensor yes = OnnxTensor.createTensor(env, true);
        OrtSession.Result result =
            session.run(
                session.getInputNames().contains("yes")
                    ? Map.of("x", input, "yes", yes)
                    : Map.of("x", input))) {
      float[] y = new float[x.length / IN * OUT];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(y);
      return y;
    }
  }

  /**
   * A matrix called w.
   *
   * @param numbers shape (OUT, IN)
   */
  private record OneMatrix(float[] numbers) implements WeightData {

    @Override
    public Map<String, List<Long>> shapes() {
      return Map.of("w", List.of((long) OUT, (long) IN));
    }

    @Override
    public void write(String weight, NumberFormat target, WritableByteChannel out)
        throws IOException {
      assertThat(weight).isEqualTo("w");
      assertThat(target).isEqualTo(NumberFormat.FP32);
      ByteBuffer bytes =
          ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(numbers);
      out.write(bytes);
    }
  }
}
