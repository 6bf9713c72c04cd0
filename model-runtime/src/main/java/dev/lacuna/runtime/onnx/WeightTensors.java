package dev.lacuna.runtime.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.lacuna.runtime.checkpoint.NumberFormat;
import dev.lacuna.runtime.checkpoint.WeightData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Weights as tensors of the runtime, in direct memory.
 *
 * @param graph the graph that names them
 * @param data where they come from
 */
record WeightTensors(ModelGraph graph, WeightData data) implements WeightSource {

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
    ByteBuffer bytes =
        ByteBuffer.allocateDirect((int) weight.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    try {
      data.write(name, weight.format(), new IntoBuffer(bytes));
    } catch (IOException e) {
      throw new ForwardPassException("weight " + name + " can't be loaded: " + e.getMessage(), e);
    }
    long[] shape = weight.shape().stream().mapToLong(Long::longValue).toArray();
    bytes.flip().order(ByteOrder.nativeOrder());
    return weight.format() == NumberFormat.FP16
        ? OnnxTensor.createTensor(RuntimeEnvironment.get(), bytes, shape, OnnxJavaType.FLOAT16)
        : OnnxTensor.createTensor(RuntimeEnvironment.get(), bytes.asFloatBuffer(), shape);
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
