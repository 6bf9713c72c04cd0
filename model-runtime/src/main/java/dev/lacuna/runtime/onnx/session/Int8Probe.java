package dev.lacuna.runtime.onnx.session;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.RowsGraph;
import dev.lacuna.runtime.onnx.graph.UnsignedWeights;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import dev.lacuna.runtime.onnx.transformer.MatrixProducts;
import dev.lacuna.runtime.onnx.weights.Int8Rows;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * Multiplies rows by a matrix in int8, both full of the largest numbers, whose sums are known: what
 * cuts a sum off anywhere is seen.
 */
final class Int8Probe {

  /** Several tiles of every kernel deep, and not a whole number of them. */
  static final int IN = 1100;

  /** Whole tiles and a rest. */
  static final int OUT = 83;

  /** One row, and more than a tile of them: kernels differ. */
  private static final List<Integer> ROWS = List.of(1, 3, 70);

  private Int8Probe() {}

  /**
   * Whether every sum is exact on this machine.
   *
   * @throws ForwardPassException if the runtime can't multiply integers at all
   */
  static boolean isExact(Int8Kernels.Form form) {
    OrtEnvironment env = RuntimeEnvironment.get();
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      settings.setIntraOpNumThreads(1);
      try (OrtSession session = env.createSession(graph(form), settings)) {
        for (int rows : ROWS) {
          if (!isExact(env, session, rows)) {
            return false;
          }
        }
        return true;
      }
    } catch (OrtException e) {
      throw new ForwardPassException(
          "ONNX Runtime can't multiply integers: " + e.getMessage() + "; use dtype=fp32", e);
    }
  }

  private static byte[] graph(Int8Kernels.Form form) {
    GraphBuilder graph = new GraphBuilder("probe");
    Value x = graph.input("x", TensorType.FLOAT, "rows", IN);
    byte[] weights = new byte[OUT * IN];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (byte) weight(i / IN, i % IN);
    }
    Value columns = MatrixProducts.columns(graph, "weights", graph.bytes(weights, OUT, IN));
    Value sums =
        graph.own(
            "MatMulIntegerToFloat",
            List.of(
                graph.cast(x, TensorType.UINT8),
                columns,
                graph.scalar(1f),
                graph.scalar(1f),
                graph.scalarByte(128)));
    graph.output(sums, "sums", TensorType.FLOAT, "rows", OUT);
    ModelProto model = RowsGraph.model(graph.build());
    return (form == Int8Kernels.Form.UNSIGNED ? UnsignedWeights.in(model) : model).toByteArray();
  }

  private static boolean isExact(OrtEnvironment env, OrtSession session, int rows)
      throws OrtException {
    float[] x = new float[rows * IN];
    for (int i = 0; i < x.length; i++) {
      x[i] = number(i / IN, i % IN);
    }
    FloatBuffer values = FloatBuffer.wrap(x);
    try (OnnxTensor input = OnnxTensor.createTensor(env, values, new long[] {rows, IN});
        OrtSession.Result result = session.run(Map.of("x", input))) {
      FloatBuffer sums = ((OnnxTensor) result.get(0)).getFloatBuffer();
      for (int row = 0; row < rows; row++) {
        for (int out = 0; out < OUT; out++) {
          if (sums.get() != sum(row, out)) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** The sum as it ought to be, in the nearest fp32. */
  static float sum(int row, int out) {
    long sum = 0;
    for (int i = 0; i < IN; i++) {
      sum += (long) (number(row, i) - 128) * weight(out, i);
    }
    return (float) sum;
  }

  /** Unsigned: 255 in the first row, in others a mixture of the largest and the smallest. */
  static int number(int row, int i) {
    return (i * row) % 5 < 3 ? 255 : 1;
  }

  /** Signed: 127 in the first channel, -127 in the second, in others a mixture. */
  static int weight(int out, int i) {
    return out == 0 || (out > 1 && (i / out) % 2 == 0) ? Int8Rows.LARGEST : -Int8Rows.LARGEST;
  }
}
