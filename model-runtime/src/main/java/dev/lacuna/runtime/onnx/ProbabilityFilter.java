package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.onnx.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.GraphBuilder.Value;
import java.util.List;

/**
 * Top-p, then top-k. Tokens are kept by a probability threshold of their position, so that tokens
 * of equal probability are kept or dropped together and their order means nothing. Positions that
 * don't filter keep the bits they have.
 *
 * <p>Top-p keeps the tokens in falling order of probability up to and including the one with which
 * their sum exceeds p ({@code top_p_logits} of HKUNLP/DiffuLLaMA, {@code model.py}); top-k keeps
 * everything not below the k-th largest ({@code top_k_logits} of Dream, {@code
 * generation_utils.py}). Both keep the head of one sorted list, so the shorter head decides.
 */
final class ProbabilityFilter {

  private ProbabilityFilter() {}

  /**
   * The probabilities with dropped tokens at 0, not renormalised.
   *
   * @param p shape (positions, vocabulary)
   * @param filtered which positions filter at all; shape (positions)
   * @param topP mass to keep, above 1 for all; shape (positions, 1)
   * @param topK tokens to keep, from 1 to the vocabulary; shape (positions, 1)
   */
  static Value apply(GraphBuilder graph, Value p, Value filtered, Value topP, Value topK) {
    return replace(graph, p, filtered, topP, topK, false);
  }

  /** The same, renormalised: the kept probabilities of a filtered position sum to 1. */
  static Value normalised(GraphBuilder graph, Value p, Value filtered, Value topP, Value topK) {
    return replace(graph, p, filtered, topP, topK, true);
  }

  private static Value replace(
      GraphBuilder graph, Value p, Value filtered, Value topP, Value topK, boolean normalise) {
    Value rows = graph.node("Squeeze", graph.node("NonZero", filtered), graph.longs(0));
    Value own = graph.node("Gather", p, rows);
    Value threshold = threshold(graph, own, rowsOf(graph, topP, rows), rowsOf(graph, topK, rows));
    Value keep = graph.cast(graph.node("GreaterOrEqual", own, threshold), TensorType.FLOAT);
    Value kept = graph.node("Mul", own, keep);
    if (normalise) {
      kept = graph.node("Div", kept, graph.node("ReduceSum", kept, graph.longs(-1)));
    }
    return graph.node("ScatterND", p, graph.node("Unsqueeze", rows, graph.longs(1)), kept);
  }

  private static Value rowsOf(GraphBuilder graph, Value table, Value rows) {
    return graph.node("Gather", table, rows);
  }

  /** The smallest probability kept in each row; shape (rows, 1). */
  private static Value threshold(GraphBuilder graph, Value p, Value topP, Value topK) {
    Value width = graph.node("Slice", graph.node("Shape", p), graph.longs(1), graph.longs(2));
    Value falling = graph.nodes("TopK", 2, List.of(p, width), Attributes.of("axis", -1)).get(0);
    Value before =
        graph.node("CumSum", List.of(falling, graph.scalar(1L)), Attributes.of("exclusive", 1));
    Value within = graph.cast(graph.node("LessOrEqual", before, topP), TensorType.INT64);
    Value count = graph.node("ReduceSum", within, graph.longs(-1));
    Value last = graph.node("Sub", graph.node("Min", List.of(count, topK)), graph.scalar(1L));
    return graph.node("GatherElements", List.of(falling, last), Attributes.of("axis", 1));
  }
}
