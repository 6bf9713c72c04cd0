package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.PickedLogits;

/**
 * Classifier-free guidance in the graph (ML-GSAI/SMDM {@code diff_sample}, ML-GSAI/LLaDA {@code
 * generate}): {@code z = u + (w + 1) × (c − u)}, where c are the logits of a position and u those
 * of its twin on a canvas whose prompt is masked. The twins stand behind all positions in the input
 * {@code positions}.
 *
 * <p>A product with the projection's weights gives the same of states as of their logits, and both
 * weights of the mixture sum to 1, so that a bias stays what it is: where there are states, they
 * are mixed, and twins need no projection.
 *
 * @param indices which positions the twins belong to, ascending; int64, shape (guided)
 * @param scales w of each; shape (guided, 1)
 * @param logits of the positions and then of the twins
 */
public record Guidance(Value indices, Value scales, PickedLogits logits) {

  /** Logits with guidance of all positions, of which there are so many; shape (1). */
  public Value all(GraphBuilder graph, Value positions) {
    return logits.affine()
        ? mixed(graph, positions).all(graph)
        : mixed(graph, logits.all(graph), positions);
  }

  /**
   * Logits of a chunk's positions, guided where they have a twin; other positions keep their bits.
   *
   * @param graph the chunks' graph
   * @return shape (size, vocabulary)
   */
  Value chunk(GraphBuilder graph, Chunks chunks) {
    GraphBuilder body = chunks.body();
    Value picks = chunks.picks();
    if (logits.affine()) {
      return mixed(graph, chunks.positions()).of(body, picks);
    }
    Value chunksOfTwins = chunks.chunkOf(indices);
    Value number = chunks.number();
    GraphBuilder some = body.branch("guided");
    result(some, withTwins(some, chunks, picks, some.node("Equal", chunksOfTwins, number)));
    // Each branch takes them itself: logits that a branch took from outside would be copied.
    GraphBuilder none = body.branch("unguided");
    result(none, logits.of(none, picks));
    return body.ifElse(chunks.anyIn(chunksOfTwins), some, none);
  }

  private PickedLogits mixed(GraphBuilder graph, Value positions) {
    return logits.withStates(mixed(graph, logits.states(), positions));
  }

  /** What stands first in a matrix for the positions, mixed with what follows for their twins. */
  private Value mixed(GraphBuilder graph, Value matrix, Value positions) {
    Value own = graph.node("Slice", matrix, graph.longs(0), positions, graph.longs(0));
    Value twins =
        graph.node("Slice", matrix, positions, graph.longs(Long.MAX_VALUE), graph.longs(0));
    Value mixed = mixed(graph, graph.node("Gather", own, indices), twins, scales);
    return graph.node("ScatterND", own, graph.node("Unsqueeze", indices, graph.longs(1)), mixed);
  }

  private Value withTwins(GraphBuilder branch, Chunks chunks, Value picks, Value isHere) {
    Value here = branch.node("Squeeze", branch.node("NonZero", isHere), branch.longs(0));
    Value first = branch.node("Slice", picks, branch.longs(0), branch.longs(1));
    Value rows = branch.node("Sub", branch.node("Gather", indices, here), first);
    Value twins = logits.of(branch, branch.node("Add", here, chunks.positions()));
    Value z = logits.of(branch, picks);
    Value own = branch.node("Gather", z, rows);
    Value mixed = mixed(branch, own, twins, branch.node("Gather", scales, here));
    return branch.node("ScatterND", z, branch.node("Unsqueeze", rows, branch.longs(1)), mixed);
  }

  private static void result(GraphBuilder branch, Value z) {
    branch.result(z, TensorType.FLOAT, "size", "vocabulary");
  }

  private static Value mixed(GraphBuilder graph, Value own, Value twins, Value scales) {
    Value weight = graph.node("Add", scales, graph.scalar(1f));
    Value difference = graph.node("Mul", weight, graph.node("Sub", own, twins));
    return graph.node("Add", twins, difference);
  }
}
