package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.head.ThresholdSearch.Rows;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Top-p, then top-k. Tokens are kept by a probability threshold of their position, so that tokens
 * of equal probability are kept or dropped together and their order means nothing. Positions that
 * don't filter keep the bits they have.
 *
 * <p>Top-p keeps the tokens in falling order of probability up to and including the one with which
 * their sum exceeds p ({@code top_p_logits} of HKUNLP/DiffuLLaMA, {@code model.py}); top-k keeps
 * everything not below the k-th largest ({@code top_k_logits} of Dream, {@code
 * generation_utils.py}). Both keep the head of one sorted list, so the shorter head decides: a
 * token is kept if the mass of the more probable ones is at most p and there are fewer than k of
 * them.
 *
 * <p>Positions that keep few tokens have the head of their list sorted; for the others a {@link
 * ThresholdSearch} finds the threshold without sorting a vocabulary.
 */
final class ProbabilityFilter {

  /** Up to so many tokens to keep, sorting them costs less than a search: ~10 passes over a row. */
  private static final long FEW = 64;

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
    Value threshold = threshold(graph, p, filtered, topP, topK);
    Value keep = graph.cast(graph.node("GreaterOrEqual", p, threshold), TensorType.FLOAT);
    return graph.node("Mul", p, keep);
  }

  /** The same, renormalised: the kept probabilities of a filtered position sum to 1. */
  static Value normalised(GraphBuilder graph, Value p, Value filtered, Value topP, Value topK) {
    Value kept = apply(graph, p, filtered, topP, topK);
    Value sum = graph.node("ReduceSum", aligned(graph, kept), graph.longs(-1));
    Value own = graph.node("Unsqueeze", filtered, graph.longs(1));
    return graph.node("Div", kept, graph.node("Where", own, sum, graph.scalar(1f)));
  }

  /** The smallest probability kept, 0 where nothing is dropped; shape (positions, 1). */
  private static Value threshold(
      GraphBuilder graph, Value p, Value filtered, Value topP, Value topK) {
    Value few = flags(graph, graph.node("LessOrEqual", topK, graph.scalar(FEW)));
    Value many = graph.node("And", filtered, graph.node("Not", few));
    Value byMass = flags(graph, graph.node("LessOrEqual", topP, graph.scalar(1f)));
    Value byCount = flags(graph, graph.node("Less", topK, ThresholdSearch.width(graph, p)));
    Value massAlone = graph.node("And", byMass, graph.node("Not", byCount));
    Value countAlone = graph.node("And", byCount, graph.node("Not", byMass));
    Value both = graph.node("And", byMass, byCount);

    Value all = graph.node("Expand", graph.scalar(0f), graph.node("Shape", topP));
    Value some = graph.node("And", filtered, few);
    all = with(graph, all, some, new Rows(p, topP, topK, true, true), ProbabilityFilter::ofFew);
    all = search(graph, all, many, massAlone, new Rows(p, topP, topK, true, false));
    all = search(graph, all, many, countAlone, new Rows(p, topP, topK, false, true));
    return search(graph, all, many, both, new Rows(p, topP, topK, true, true));
  }

  private static Value flags(GraphBuilder graph, Value x) {
    return graph.node("Squeeze", x, graph.longs(1));
  }

  private static Value search(
      GraphBuilder graph, Value thresholds, Value many, Value limits, Rows rows) {
    Value chosen = graph.node("And", many, limits);
    return with(graph, thresholds, chosen, rows, ProbabilityFilter::ofMany);
  }

  /** Thresholds with those of the chosen positions, if there are any, put in. */
  private static Value with(
      GraphBuilder graph,
      Value thresholds,
      Value chosen,
      Rows rows,
      BiFunction<GraphBuilder, Rows, Value> how) {
    GraphBuilder some = graph.branch("some");
    Value indices = ThresholdSearch.indices(some, chosen);
    Value own = how.apply(some, rows.only(some, indices));
    Value index = some.node("Unsqueeze", indices, some.longs(1));
    some.result(some.node("ScatterND", thresholds, index, own), TensorType.FLOAT, "positions", 1);
    GraphBuilder none = graph.branch("none");
    none.result(thresholds, TensorType.FLOAT, "positions", 1);
    return graph.ifElse(graph.any(chosen), some, none);
  }

  private static Value ofMany(GraphBuilder graph, Rows rows) {
    Value p = aligned(graph, rows.p());
    return ThresholdSearch.thresholds(
        graph, new Rows(p, rows.topP(), rows.topK(), rows.byMass(), rows.byCount()));
  }

  private static Value ofFew(GraphBuilder graph, Rows rows) {
    Value most =
        graph
            .nodes("TopK", 2, List.of(rows.topK(), graph.longs(1)), Attributes.of("axis", 0))
            .get(0);
    return ofHead(graph, rows.p(), flags(graph, most), rows.topP(), rows.topK());
  }

  /**
   * The smallest probability kept in each row, by sorting the largest ones.
   *
   * @param length how many are sorted, no fewer than any row keeps; shape (1)
   */
  static Value ofHead(GraphBuilder graph, Value p, Value length, Value topP, Value topK) {
    Value falling = graph.nodes("TopK", 2, List.of(p, length), Attributes.of("axis", -1)).get(0);
    Value before =
        graph.node("CumSum", List.of(falling, graph.scalar(1L)), Attributes.of("exclusive", 1));
    Value within = graph.cast(graph.node("LessOrEqual", before, topP), TensorType.INT64);
    Value count = graph.node("ReduceSum", within, graph.longs(-1));
    Value last = graph.node("Sub", graph.node("Min", List.of(count, topK)), graph.scalar(1L));
    return graph.node("GatherElements", List.of(falling, last), Attributes.of("axis", 1));
  }

  /** Rows with zeros appended, so that all of them begin aligned alike. */
  private static Value aligned(GraphBuilder graph, Value p) {
    Value width = ThresholdSearch.width(graph, p);
    Value padding =
        graph.node("Mod", graph.node("Neg", width), graph.longs(VocabularyGroups.ALIGNED));
    Value pads =
        graph.node("Concat", List.of(graph.longs(0, 0, 0), padding), Attributes.of("axis", 0));
    return graph.node("Pad", p, pads);
  }
}
