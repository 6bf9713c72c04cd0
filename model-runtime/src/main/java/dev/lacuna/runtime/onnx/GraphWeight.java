package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.checkpoint.NumberFormat;
import java.util.List;

/**
 * A weight that a graph names and doesn't hold.
 *
 * @param shape dimensions, outermost first; elements are row-major
 * @param format format of its numbers
 */
record GraphWeight(List<Long> shape, NumberFormat format) {

  GraphWeight {
    shape = List.copyOf(shape);
  }

  /** Bytes of its data. */
  long bytes() {
    return shape.stream().reduce((long) format.bytes(), Math::multiplyExact);
  }
}
