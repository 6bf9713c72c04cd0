package dev.lacuna.runtime.onnx.weights;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.lacuna.runtime.checkpoint.safetensors.WeightData;
import dev.lacuna.runtime.onnx.graph.GraphWeight;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Weights as tensors of the runtime, in direct memory.
 *
 * <p>Threading: used by one thread.
 */
public final class WeightTensors implements WeightSource {

  private final ModelGraph graph;
  private final WeightBytes bytes;

  /**
   * The weights of a graph.
   *
   * @param graph the graph that names them
   * @param data where they come from
   */
  public WeightTensors(ModelGraph graph, WeightData data) {
    this.graph = graph;
    this.bytes = new WeightBytes(graph, data);
  }

  @Override
  public OnnxTensor tensor(String name) throws OrtException {
    GraphWeight weight = graph.weights().get(name);
    if (weight.bytes() > Integer.MAX_VALUE) {
      throw new ForwardPassException(
          "weight "
              + name
              + " has "
              + weight.bytes()
              + " bytes in "
              + weight.format().wireName()
              + ", more than the 2 GiB that one buffer holds; import the model and serve the"
              + " imported one");
    }
    ByteBuffer buffer =
        ByteBuffer.allocateDirect((int) weight.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    try {
      bytes.write(name, new IntoBuffer(buffer));
    } catch (IOException e) {
      throw new ForwardPassException("weight " + name + " can't be loaded: " + e.getMessage(), e);
    }
    long[] shape = weight.shape().stream().mapToLong(Long::longValue).toArray();
    buffer.flip().order(ByteOrder.nativeOrder());
    return switch (weight.format()) {
      case FP32 -> OnnxTensor.createTensor(RuntimeEnvironment.get(), buffer.asFloatBuffer(), shape);
      case FP16 ->
          OnnxTensor.createTensor(RuntimeEnvironment.get(), buffer, shape, OnnxJavaType.FLOAT16);
      case INT8 ->
          OnnxTensor.createTensor(RuntimeEnvironment.get(), buffer, shape, OnnxJavaType.INT8);
    };
  }

  /**
   * Fills a buffer of the right size.
   *
   * @param buffer where bytes go
   */
  private record IntoBuffer(ByteBuffer buffer) implements WritableByteChannel {

    @Override
    public int write(ByteBuffer from) {
      int bytes = from.remaining();
      buffer.put(from);
      return bytes;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
