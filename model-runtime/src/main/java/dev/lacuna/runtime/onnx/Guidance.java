package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.onnx.GraphBuilder.Value;
import java.util.List;

/**
 * Classifier-free guidance in the graph (ML-GSAI/SMDM {@code diff_sample}, ML-GSAI/LLaDA {@code
 * generate}): {@code z = u + (w + 1) × (c − u)}, where c are the logits of a position and u those
 * of its twin on a canvas whose prompt is masked.
 */
final class Guidance {

  private Guidance() {}

  /**
   * The logits of the positions, guided where they have a twin; other positions keep their bits.
   *
   * @param logits of the positions and then of the twins; shape (positions + guided, vocabulary)
   * @param positions how many of them are positions; shape (1)
   * @param indices which positions the twins belong to; shape (guided)
   * @param scales w of each; shape (guided, 1)
   */
  static Value apply(
      GraphBuilder graph, Value logits, Value positions, Value indices, Value scales) {
    Value own = positions(graph, logits, positions);
    Value all = graph.longs(Long.MAX_VALUE);
    Value twins = graph.node("Slice", logits, positions, all, graph.longs(0));
    Value guided = graph.node("Gather", own, indices);
    Value weight = graph.node("Add", scales, graph.scalar(1f));
    Value difference = graph.node("Mul", weight, graph.node("Sub", guided, twins));
    Value result = graph.node("Add", twins, difference);
    return graph.node(
        "ScatterND", List.of(own, graph.node("Unsqueeze", indices, graph.longs(1)), result));
  }

  /** The first rows of the logits; shape (positions, vocabulary). */
  private static Value positions(GraphBuilder graph, Value logits, Value positions) {
    return graph.node("Slice", logits, graph.longs(0), positions, graph.longs(0));
  }
}
