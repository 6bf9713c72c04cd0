package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import java.util.List;

/**
 * Draws a token by one uniform number: the first whose cumulative mass exceeds the number's share
 * of the whole. Two levels, groups of ids and then ids of one group, each a product with a
 * triangular matrix: a plain CumSum over a vocabulary is slow on CUDA.
 *
 * <p>Rounding can put the target beyond the last cumulative sum, or within a group whose sum was
 * rounded up. The choice is therefore always made among entries of positive mass, and falls back to
 * the largest: an id of mass 0 can't be drawn.
 *
 * @param groups how the vocabulary is cut
 * @param overGroups triangular matrix, shape (groups, groups)
 * @param overIds triangular matrix, shape (width, width)
 */
record InverseCdf(VocabularyGroups groups, Value overGroups, Value overIds) {

  /** A draw whose constants are the graph's, to be appended to it or to its branches. */
  static InverseCdf of(GraphBuilder graph, VocabularyGroups groups) {
    return new InverseCdf(
        groups, triangle(graph, groups.groups()), triangle(graph, groups.width()));
  }

  /**
   * Appends the draw to a graph.
   *
   * @param mass non-negative, at least one entry of each row positive; need not sum to 1; shape
   *     (positions, vocabulary)
   * @param uniform in [0, 1); shape (positions, 1)
   * @return token ids, int64, shape (positions)
   */
  Value draw(GraphBuilder graph, Value mass, Value uniform) {
    Value grouped = groups.cut(graph, mass, 0);
    Value sums =
        graph.node("ReduceSum", List.of(grouped, graph.longs(-1)), Attributes.of("keepdims", 0));
    Value cumulative = graph.node("MatMul", sums, overGroups);
    Value whole =
        graph.node(
            "Slice",
            cumulative,
            graph.longs(groups.groups() - 1L),
            graph.longs(groups.groups()),
            graph.longs(1));
    Value target = graph.node("Mul", uniform, whole);
    Value group = firstBeyond(graph, sums, cumulative, target);
    Value before = graph.node("Sub", at(graph, cumulative, group), at(graph, sums, group));
    Value row = graph.node("GatherND", List.of(grouped, group), Attributes.of("batch_dims", 1));
    Value rest = graph.node("Sub", target, before);
    Value id = firstBeyond(graph, row, graph.node("MatMul", row, overIds), rest);
    Value first = graph.node("Mul", group, graph.scalar((long) groups.width()));
    return graph.node("Squeeze", graph.node("Add", first, id), graph.longs(1));
  }

  /** A matrix whose product gives inclusive cumulative sums along rows. */
  private static Value triangle(GraphBuilder graph, int width) {
    float[] triangle = new float[Math.multiplyExact(width, width)];
    for (int row = 0; row < width; row++) {
      for (int column = row; column < width; column++) {
        triangle[row * width + column] = 1;
      }
    }
    return graph.floats(triangle, width, width);
  }

  /**
   * The first entry of positive mass whose cumulative sum exceeds the target; the entry of largest
   * mass if there is none. Masses are about 1 at most, so that a 2 marks the candidates.
   */
  private static Value firstBeyond(GraphBuilder graph, Value mass, Value cumulative, Value target) {
    Value candidate =
        graph.node(
            "And",
            graph.node("Greater", cumulative, target),
            graph.node("Greater", mass, graph.scalar(0f)));
    Value score = graph.node("Where", candidate, graph.scalar(2f), mass);
    return graph.node(
        "ArgMax", List.of(score), Attributes.of("axis", -1), Attributes.of("keepdims", 1));
  }

  private static Value at(GraphBuilder graph, Value x, Value column) {
    return graph.node("GatherElements", List.of(x, column), Attributes.of("axis", 1));
  }
}
