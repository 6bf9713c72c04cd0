package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import java.util.List;

/**
 * Proposes a token for each position of a chunk: the most probable one, or one that is drawn. Work
 * that no position of the chunk needs is not done. Branches give tokens and no distributions,
 * because what leaves a branch is copied.
 *
 * @param cdf draws by one uniform number
 * @param any what the chunk needs
 * @param greedy positions that take the most probable token; shape (size)
 * @param filtered positions that filter; shape (size)
 * @param inverseTemperature shape (size, 1)
 * @param uniform shape (size, 1)
 * @param topP mass to keep, above 1 for all; shape (size, 1)
 * @param topK tokens to keep; shape (size, 1)
 */
record TokenDraw(
    InverseCdf cdf,
    Any any,
    Value greedy,
    Value filtered,
    Value inverseTemperature,
    Value uniform,
    Value topP,
    Value topK) {

  /**
   * What any position of a chunk needs; scalars.
   *
   * @param greedy the most probable token
   * @param sampled a drawn token
   * @param tempered one at another temperature than 1
   * @param filtered one after top-p or top-k
   */
  record Any(Value greedy, Value sampled, Value tempered, Value filtered) {}

  /**
   * The proposals; int64, shape (size).
   *
   * @param z logits; shape (size, vocabulary)
   * @param plain their softmax
   */
  Value tokens(GraphBuilder graph, Value z, Value plain) {
    GraphBuilder best = graph.branch("argmax");
    result(best, MostProbable.of(best, z, cdf.groups()));
    Value greedily = graph.ifElse(any.greedy(), best, none(graph));
    GraphBuilder draw = graph.branch("draw");
    GraphBuilder tempered = draw.branch("tempered");
    Value scaled = tempered.node("Mul", z, inverseTemperature);
    Value p = tempered.node("Softmax", List.of(scaled), Attributes.of("axis", -1));
    result(tempered, drawn(tempered, p));
    GraphBuilder untempered = draw.branch("untempered");
    // At temperature 1 the softmax is the plain one, bit for bit.
    result(untempered, drawn(untempered, plain));
    result(draw, draw.ifElse(any.tempered(), tempered, untempered));
    Value drawn = graph.ifElse(any.sampled(), draw, none(graph));
    return graph.node("Where", greedy, greedily, drawn);
  }

  private Value drawn(GraphBuilder graph, Value p) {
    GraphBuilder filter = graph.branch("filter");
    Value kept = ProbabilityFilter.apply(filter, p, filtered, topP, topK);
    result(filter, cdf.draw(filter, kept, uniform));
    GraphBuilder whole = graph.branch("whole");
    result(whole, cdf.draw(whole, p, uniform));
    return graph.ifElse(any.filtered(), filter, whole);
  }

  /** Tokens that nobody takes. */
  private GraphBuilder none(GraphBuilder graph) {
    GraphBuilder branch = graph.branch("none");
    result(branch, branch.cast(greedy, TensorType.INT64));
    return branch;
  }

  private static void result(GraphBuilder branch, Value tokens) {
    branch.result(tokens, TensorType.INT64, "size");
  }
}
