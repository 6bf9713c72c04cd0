package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * The positions of a batch in chunks of equal size, and a branch of the graph that runs for one
 * after the other. The last chunk is filled up by repeating the last position: fewer repetitions
 * than there are chunks.
 *
 * <p>Threading: owned by the thread that builds.
 */
final class Chunks {

  private final GraphBuilder graph;
  private final GraphBuilder body;
  private final List<Value> sliced = new ArrayList<>();
  private final Value positions;
  private final Value count;
  private final Value size;
  private final Value indices;

  /**
   * Chunks of a graph.
   *
   * @param perPosition any value with one entry for each position, of which there is at least one
   * @param limit positions of a chunk at most, int64, shape (1)
   */
  Chunks(GraphBuilder graph, Value perPosition, Value limit) {
    this.graph = graph;
    this.body = graph.branch("chunk");
    this.positions =
        graph.node("Slice", graph.node("Shape", perPosition), graph.longs(0), graph.longs(1));
    this.count = parts(positions, limit);
    this.size = parts(positions, count);
    Value all = range(graph.node("Mul", count, size));
    Value last = graph.node("Sub", positions, graph.longs(1));
    this.indices =
        graph.node(
            "Reshape",
            graph.node("Min", all, last),
            graph.node("Concat", List.of(count, size), Attributes.of("axis", 0)));
  }

  /** How many parts of a size cover a whole. */
  private Value parts(Value whole, Value size) {
    Value more = graph.node("Add", whole, graph.node("Sub", size, graph.longs(1)));
    return graph.node("Div", more, size);
  }

  private Value range(Value end) {
    return graph.node(
        "Range", graph.scalar(0L), graph.node("Squeeze", end, graph.longs(0)), graph.scalar(1L));
  }

  /** The branch that runs for each chunk. */
  GraphBuilder body() {
    return body;
  }

  /** Positions of the batch, without repetitions; int64, shape (1). */
  Value positions() {
    return positions;
  }

  /** In the branch: which positions are the chunk's; int64, shape (size). */
  Value picks() {
    return slice(indices, TensorType.INT64, "size");
  }

  /** In the branch: the chunk's number; int64, shape (1). */
  Value number() {
    Value numbers = graph.node("Unsqueeze", range(count), graph.longs(1));
    return slice(numbers, TensorType.INT64, 1);
  }

  /** In the branch: the chunk's entries of a vector; shape (size). */
  Value vector(Value vector, TensorType type) {
    return slice(graph.node("Gather", vector, indices), type, "size");
  }

  /** In the branch: the chunk's rows of a column; shape (size, 1). */
  Value column(Value column, TensorType type) {
    return slice(graph.node("Gather", column, indices), type, "size", 1);
  }

  /** In the branch: whether a vector's flag is set at any of the chunk's positions; a scalar. */
  Value any(Value flags) {
    return anyOfRow(graph.node("Gather", flags, indices));
  }

  /** The number of the chunk that holds each of some positions. */
  Value chunkOf(Value somePositions) {
    return graph.node("Div", somePositions, size);
  }

  /** In the branch: whether any of some positions is the chunk's; a scalar. */
  Value anyIn(Value chunksOfPositions) {
    Value numbers = graph.node("Unsqueeze", range(count), graph.longs(1));
    return anyOfRow(graph.node("Equal", numbers, chunksOfPositions));
  }

  private Value anyOfRow(Value flags) {
    Value set =
        graph.node(
            "ReduceSum",
            List.of(graph.cast(flags, TensorType.INT32), graph.longs(1)),
            Attributes.of("keepdims", 0));
    return slice(graph.cast(set, TensorType.BOOL), TensorType.BOOL);
  }

  private Value slice(Value value, TensorType type, Object... dimensions) {
    sliced.add(value);
    return body.slice(type, dimensions);
  }

  /** Runs the branch; gives each of its results for all positions, shape (positions). */
  List<Value> run() {
    return graph.scan(body, sliced).stream().map(this::joined).toList();
  }

  private Value joined(Value stacked) {
    Value flat = graph.node("Reshape", stacked, graph.longs(-1));
    return graph.node("Slice", flat, graph.longs(0), positions);
  }
}
