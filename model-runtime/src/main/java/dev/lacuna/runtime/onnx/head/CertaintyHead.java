package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.sampling.Certainty;
import java.util.List;

/**
 * How sure a model is of each position ({@code sample_tokens} of Dream, {@code
 * generation_utils.py}): the probability of the proposal, the margin of the best token over the
 * second, or the entropy's negative; on the plain softmax, or after temperature and filters.
 *
 * <p>Positions that ask for no more than the plain probability have it already; only the others
 * have their distribution made here, each from its own row alone.
 *
 * @param tokens proposals; shape (positions)
 * @param kinds {@link Certainty#code}s; shape (positions)
 * @param tempered temperature's reciprocal, 1 for the plain softmax; shape (positions, 1)
 * @param filtered which positions filter before they measure; shape (positions)
 * @param topP mass to keep, above 1 for all; shape (positions, 1)
 * @param topK tokens to keep; shape (positions, 1)
 * @param vocabulary width of the logits
 */
record CertaintyHead(
    Value tokens,
    Value kinds,
    Value tempered,
    Value filtered,
    Value topP,
    Value topK,
    int vocabulary) {

  /**
   * Positions that ask for more than the proposal's plain probability.
   *
   * @param flags shape (positions)
   * @param any whether there is one; a scalar
   */
  record Measured(Value flags, Value any) {}

  /** This head for some of the positions. */
  private CertaintyHead rows(GraphBuilder graph, Value rows) {
    return new CertaintyHead(
        graph.node("Gather", tokens, rows),
        graph.node("Gather", kinds, rows),
        graph.node("Gather", tempered, rows),
        graph.node("Gather", filtered, rows),
        graph.node("Gather", topP, rows),
        graph.node("Gather", topK, rows),
        vocabulary);
  }

  /**
   * Certainties of all positions; shape (positions).
   *
   * @param z logits; shape (positions, vocabulary)
   * @param confidences the proposals' plain probabilities; shape (positions)
   */
  Value graft(GraphBuilder graph, Value z, Value confidences, Measured measured) {
    GraphBuilder some = graph.branch("measured");
    Value rows = some.node("Squeeze", some.node("NonZero", measured.flags()), some.longs(0));
    Value own = rows(some, rows).measure(some, some.node("Gather", z, rows));
    Value all =
        some.node("ScatterND", confidences, some.node("Unsqueeze", rows, some.longs(1)), own);
    some.result(all, TensorType.FLOAT, "positions");
    GraphBuilder none = graph.branch("plain");
    none.result(confidences, TensorType.FLOAT, "positions");
    return graph.ifElse(measured.any(), some, none);
  }

  private Value measure(GraphBuilder graph, Value z) {
    Value scaled = graph.node("Mul", z, tempered);
    Value p = distribution(graph, scaled);
    Value column = graph.node("Unsqueeze", tokens, graph.longs(1));
    Value probability = graph.node("GatherElements", List.of(p, column), Attributes.of("axis", 1));
    Value plain = graph.node("Squeeze", probability, graph.longs(1));
    Value isMargin = is(graph, Certainty.MARGIN);
    GraphBuilder margin = graph.branch("margin");
    margin.result(margin(margin, p), TensorType.FLOAT, "measured");
    Value margins = graph.ifElse(graph.any(isMargin), margin, same(graph, plain));
    Value isEntropy = is(graph, Certainty.ENTROPY);
    GraphBuilder entropy = graph.branch("entropy");
    entropy.result(entropy(entropy, scaled, p), TensorType.FLOAT, "measured");
    Value entropies = graph.ifElse(graph.any(isEntropy), entropy, same(graph, plain));
    return graph.node("Where", isMargin, margins, graph.node("Where", isEntropy, entropies, plain));
  }

  private Value is(GraphBuilder graph, Certainty kind) {
    return graph.node("Equal", kinds, graph.scalar((long) kind.code()));
  }

  private static GraphBuilder same(GraphBuilder graph, Value value) {
    GraphBuilder branch = graph.branch("same");
    branch.result(value, TensorType.FLOAT, "measured");
    return branch;
  }

  /** Probabilities that sum to 1; shape (rows, vocabulary). */
  private Value distribution(GraphBuilder graph, Value scaled) {
    Value p = graph.node("Softmax", List.of(scaled), Attributes.of("axis", -1));
    GraphBuilder filter = graph.branch("filter");
    filter.result(
        ProbabilityFilter.normalised(filter, p, filtered, topP, topK),
        TensorType.FLOAT,
        "measured",
        "vocabulary");
    GraphBuilder whole = graph.branch("whole");
    whole.result(p, TensorType.FLOAT, "measured", "vocabulary");
    return graph.ifElse(graph.any(filtered), filter, whole);
  }

  private static Value margin(GraphBuilder graph, Value p) {
    Value best =
        graph.nodes("TopK", 2, List.of(p, graph.longs(2)), Attributes.of("axis", -1)).get(0);
    Value first = graph.node("Gather", List.of(best, graph.scalar(0L)), Attributes.of("axis", 1));
    Value second = graph.node("Gather", List.of(best, graph.scalar(1L)), Attributes.of("axis", 1));
    return graph.node("Sub", first, second);
  }

  /**
   * The entropy's negative. Logarithms are taken of what is left of the vocabulary as a softmax:
   * that takes one for each row, the same in every place, while ONNX Runtime's {@code Log} of a
   * matrix has other bits for the elements left over behind its vectors. Dream adds 1e-10 to
   * probabilities before it takes their logarithms, which makes less than 1e-10 a token.
   */
  private Value entropy(GraphBuilder graph, Value scaled, Value p) {
    Value left = graph.node("Greater", p, graph.scalar(0f));
    Value kept = graph.node("Where", left, scaled, graph.scalar(SamplingHead.SUPPRESSED));
    Value logs = graph.node("LogSoftmax", List.of(kept), Attributes.of("axis", -1));
    Value sums = VocabularyGroups.sums(graph, graph.node("Mul", p, logs), vocabulary);
    return graph.node("Squeeze", sums, graph.longs(1));
  }
}
