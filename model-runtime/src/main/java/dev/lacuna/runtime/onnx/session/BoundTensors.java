package dev.lacuna.runtime.onnx.session;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Direct buffers and the tensors over their beginnings, kept for the shapes used last.
 *
 * <p>Threading: owned by {@link StepTensors}.
 */
final class BoundTensors implements AutoCloseable {

  /**
   * Shapes whose tensors are kept. A shape has twenty small objects here and in the runtime, about
   * 5 KB; a run uses one shape after another as its masks get fewer.
   */
  private static final int KEPT = 64;

  /** What determines the shape of every tensor. */
  record Shape(int rows, int length, int positions, int guided) {}

  /** Tensors of one run. */
  record Run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {

    private void close() {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }

  /** A tensor's dimensions, by the run's shape. */
  interface Dimensions {
    long[] of(Shape shape);
  }

  /** Makes a tensor over the beginning of a buffer. */
  private interface Over {
    OnnxTensor tensor(long[] dimensions, int elements) throws OrtException;
  }

  private record Binding(String name, boolean isInput, Dimensions dimensions, Over over) {

    OnnxTensor tensor(Shape shape) throws OrtException {
      long[] size = dimensions.of(shape);
      long elements = 1;
      for (long dimension : size) {
        elements *= dimension;
      }
      return over.tensor(size, Math.toIntExact(elements));
    }
  }

  private final OrtEnvironment env;
  private final List<Binding> bindings = new ArrayList<>();
  private final LinkedHashMap<Shape, Run> runs = new LinkedHashMap<>(2 * KEPT, 0.75f, true);

  BoundTensors(OrtEnvironment env) {
    this.env = env;
  }

  /** One entry for each position. */
  static long[] vector(Shape shape) {
    return new long[] {shape.positions()};
  }

  /** One row for each position. */
  static long[] column(Shape shape) {
    return new long[] {shape.positions(), 1};
  }

  /** An input of so many elements at most. */
  LongBuffer longs(String input, int capacity, Dimensions dimensions) {
    return longs(input, true, capacity, dimensions);
  }

  /** An input of so many elements at most. */
  FloatBuffer floats(String input, int capacity, Dimensions dimensions) {
    return floats(input, true, capacity, dimensions);
  }

  /** An input of so many booleans at most. */
  ByteBuffer flags(String input, int capacity, Dimensions dimensions) {
    ByteBuffer data = bytes(capacity, 1);
    bind(
        input,
        true,
        dimensions,
        (size, n) -> OnnxTensor.createTensor(env, data.slice(0, n), size, OnnxJavaType.BOOL));
    return data;
  }

  /** An output of so many elements at most. */
  LongBuffer longOutput(String output, int capacity, Dimensions dimensions) {
    return longs(output, false, capacity, dimensions);
  }

  /** An output of so many elements at most. */
  FloatBuffer floatOutput(String output, int capacity, Dimensions dimensions) {
    return floats(output, false, capacity, dimensions);
  }

  private LongBuffer longs(String name, boolean isInput, int capacity, Dimensions dimensions) {
    LongBuffer data = bytes(capacity, Long.BYTES).asLongBuffer();
    bind(
        name,
        isInput,
        dimensions,
        (size, n) -> OnnxTensor.createTensor(env, data.slice(0, n), size));
    return data;
  }

  private FloatBuffer floats(String name, boolean isInput, int capacity, Dimensions dimensions) {
    FloatBuffer data = bytes(capacity, Float.BYTES).asFloatBuffer();
    bind(
        name,
        isInput,
        dimensions,
        (size, n) -> OnnxTensor.createTensor(env, data.slice(0, n), size));
    return data;
  }

  private void bind(String name, boolean isInput, Dimensions dimensions, Over over) {
    bindings.add(new Binding(name, isInput, dimensions, over));
  }

  private static ByteBuffer bytes(int count, int each) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, each))
        .order(ByteOrder.nativeOrder());
  }

  /** Tensors of a shape; they stay those of this object, which closes them. */
  Run of(Shape shape) throws OrtException {
    Run known = runs.get(shape);
    if (known != null) {
      return known;
    }
    if (runs.size() >= KEPT) {
      Shape eldest = runs.keySet().iterator().next();
      runs.remove(eldest).close();
    }
    Run run = bound(shape);
    runs.put(shape, run);
    return run;
  }

  private Run bound(Shape shape) throws OrtException {
    Run run = new Run(new HashMap<>(), new HashMap<>());
    boolean complete = false;
    try {
      for (Binding binding : bindings) {
        Map<String, OnnxTensor> side = binding.isInput() ? run.inputs() : run.outputs();
        side.put(binding.name(), binding.tensor(shape));
      }
      complete = true;
      return run;
    } finally {
      if (!complete) {
        run.close(); // Kept, it would be taken for a whole one by the next step of this shape.
      }
    }
  }

  @Override
  public void close() {
    runs.values().forEach(Run::close);
    runs.clear();
  }
}
