package dev.lacuna.runtime.onnx.graph;

import dev.lacuna.runtime.facts.NumberFormat;
import java.util.List;

/**
 * A weight that a graph names and doesn't hold.
 *
 * @param shape dimensions, outermost first; elements are row-major
 * @param format format of its numbers
 * @param part what it is of the checkpoint's weight
 */
public record GraphWeight(List<Long> shape, NumberFormat format, Part part) {

  /** What a weight of the graph is of a weight of the checkpoint, and how its name ends. */
  public enum Part {
    /** All of it, in another format at most. */
    WHOLE(""),
    /** A matrix in int8: each row divided by its scale and rounded; shape [out, in]. */
    INT8_ROWS(".int8"),
    /** The scales of a matrix in int8, fp32; shape [out]. */
    ROW_SCALES(".scales");

    private final String suffix;

    Part(String suffix) {
      this.suffix = suffix;
    }

    /** Name in the graph of this part of a checkpoint's weight. */
    public String of(String weight) {
      return weight + suffix;
    }

    /** The checkpoint's weight that a name in the graph is this part of. */
    public String weightOf(String name) {
      return name.substring(0, name.length() - suffix.length());
    }
  }

  public GraphWeight {
    shape = List.copyOf(shape);
  }

  /** A whole weight. */
  public GraphWeight(List<Long> shape, NumberFormat format) {
    this(shape, format, Part.WHOLE);
  }

  /** Bytes of its data. */
  public long bytes() {
    return shape.stream().reduce((long) format.bytes(), Math::multiplyExact);
  }
}
