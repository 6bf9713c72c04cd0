package dev.lacuna.benchmarks.floor;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.Sessions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A session over a graph of products, its weights and inputs random numbers.
 *
 * <p>Threading: used by one thread.
 */
final class ProductSession implements AutoCloseable {

  private final Sessions.Open session;
  private final Map<String, FloatBuffer> inputs;

  /**
   * Loads a graph.
   *
   * @param gain factor of each weight's numbers, which otherwise keep the size of what they
   *     multiply
   * @param inputs numbers of each input, as many as its largest shape holds
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  ProductSession(
      ModelGraph graph,
      ToDoubleFunction<String> gain,
      Map<String, FloatBuffer> inputs,
      ForwardPassOptions options) {
    this.inputs = inputs;
    this.session =
        Sessions.open(graph, name -> weight(graph, name, gain.applyAsDouble(name)), options);
  }

  private static OnnxTensor weight(ModelGraph graph, String name, double gain) throws OrtException {
    long[] shape = graph.weights().get(name).shape().stream().mapToLong(Long::longValue).toArray();
    float scale = (float) (gain / Math.sqrt(shape[shape.length - 1]));
    return OnnxTensor.createTensor(
        RuntimeEnvironment.get(), numbers(elements(shape), scale, name.hashCode()), shape);
  }

  /**
   * Runs all products once.
   *
   * @param shapes shape of each input
   * @return the graph's one output, a few numbers
   */
  float[] run(Map<String, long[]> shapes) {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (Map.Entry<String, long[]> input : shapes.entrySet()) {
        FloatBuffer numbers = inputs.get(input.getKey());
        long[] shape = input.getValue();
        tensors.put(
            input.getKey(),
            OnnxTensor.createTensor(
                RuntimeEnvironment.get(),
                numbers.slice(0, Math.toIntExact(elements(shape))),
                shape));
      }
      try (OrtSession.Result result = session.session().run(tensors)) {
        return (float[]) result.get(0).getValue();
      }
    } catch (OrtException e) {
      throw new ForwardPassException(
          "matrix products failed on " + session.device() + ": " + e.getMessage(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  static long elements(long... shape) {
    long elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return elements;
  }

  /**
   * Numbers with a mean of 0, a variance of scale² and none near 0: products of subnormal numbers
   * would be slow.
   */
  static FloatBuffer numbers(long count, float scale, int seed) {
    FloatBuffer numbers =
        ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(count, Float.BYTES)))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    int state = seed | 1;
    for (int i = 0; i < count; i++) {
      // Xorshift (Marsaglia, 2003): fast, and good enough for numbers that nobody looks at.
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      float size = 0.5f + (state >>> 8) * 0x1p-24f; // mean square 1 1/12
      numbers.put(i, scale * 0.96f * ((state & 1) == 0 ? size : -size));
    }
    return numbers;
  }

  @Override
  public void close() {
    try {
      session.session().close();
    } catch (OrtException e) {
      throw new ForwardPassException("closing a session failed: " + e.getMessage(), e);
    }
  }
}
