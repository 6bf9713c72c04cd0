package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.head.Bracketing.Bracket;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Searches the smallest probability that top-p and top-k keep, by passes over the row: one costs
 * about a 150th of sorting a vocabulary of 4,096.
 *
 * <p>The threshold is kept between a probability below it and one not below it. Between them mass
 * and count are interpolated, on scales on which the long tails of language models are nearly
 * straight; a step goes beyond the estimate by about what chance moves it, so that both ends come
 * closer. Afterwards the threshold is, nearly always, among the few largest probabilities not above
 * the upper end. These are sorted and decide, on top of the mass and count beyond them, summed
 * anew. Rows where it isn't have more sorted; the last of them (many equal probabilities, say) all.
 *
 * <p>A row's path depends on its own numbers alone, and every operator here gives an element the
 * same bits wherever it stands. In ONNX Runtime 1.29 {@code Log} doesn't (a vectorised logarithm, a
 * scalar one for the elements left over), so small powers stand in for it; nor does {@code
 * ReduceSum}, unless rows begin aligned alike.
 */
final class ThresholdSearch {

  /** How many probabilities are sorted at the end: no dearer than two passes. */
  private static final int WINDOW = 16;

  /** The same for the rows that are left. */
  private static final int WIDE_WINDOW = 64;

  private static final int PASSES = 5;

  /** More of them for the rows that are left. */
  private static final int MORE_PASSES = 4;

  private final GraphBuilder graph;
  private final Rows rows;
  private final Bracketing bracketing;

  /**
   * Rows to search, all with the same limits.
   *
   * @param p not negative, at most about 1 together; shape (rows, width)
   * @param topP mass to keep; shape (rows, 1)
   * @param topK tokens to keep, at least 1; int64, shape (rows, 1)
   * @param byMass whether {@code topP} limits
   * @param byCount whether {@code topK} does
   */
  record Rows(Value p, Value topP, Value topK, boolean byMass, boolean byCount) {

    /** Some of the rows. */
    Rows only(GraphBuilder graph, Value indices) {
      return new Rows(
          graph.node("Gather", p, indices),
          graph.node("Gather", topP, indices),
          graph.node("Gather", topK, indices),
          byMass,
          byCount);
    }

    /** Tokens to keep, as fp32; shape (rows, 1). */
    Value limit(GraphBuilder graph) {
      return graph.cast(topK, TensorType.FLOAT);
    }
  }

  /** Thresholds, shape (rows, 1), and which of them are right, shape (rows). */
  private record Answer(Value thresholds, Value found) {}

  private ThresholdSearch(GraphBuilder graph, Rows rows) {
    this.graph = graph;
    this.rows = rows;
    bracketing = new Bracketing(graph, rows);
  }

  /**
   * The smallest probability kept in each row; shape (rows, 1).
   *
   * @param rows their width is a multiple of 16 and at least {@value #WIDE_WINDOW}
   */
  static Value thresholds(GraphBuilder graph, Rows rows) {
    ThresholdSearch search = new ThresholdSearch(graph, rows);
    Bracket bracket = search.bracketing.narrowed(search.bracketing.start(), PASSES);
    Answer answer = search.answer(bracket, WINDOW);
    return search.completed(answer, (left, indices) -> left.again(bracket, indices));
  }

  /** Number of columns; shape (1). */
  static Value width(GraphBuilder graph, Value p) {
    return graph.node("Slice", graph.node("Shape", p), graph.longs(1), graph.longs(2));
  }

  /** Where a vector is true; shape (number of those). */
  static Value indices(GraphBuilder graph, Value flags) {
    return graph.node("Squeeze", graph.node("NonZero", flags), graph.longs(0));
  }

  private Value again(Bracket bracket, Value indices) {
    Bracket own = bracketing.narrowed(bracket.rows(graph, indices), MORE_PASSES);
    return completed(answer(own, WIDE_WINDOW), (left, last) -> left.sorted());
  }

  private Value sorted() {
    Value width = width(graph, rows.p);
    return ProbabilityFilter.ofHead(graph, rows.p, width, rows.topP, rows.topK);
  }

  /** Thresholds that are right: those not found yet are looked for in another way. */
  private Value completed(Answer answer, BiFunction<ThresholdSearch, Value, Value> otherwise) {
    Value missing = graph.node("Not", answer.found);
    GraphBuilder more = graph.branch("more");
    Value indices = indices(more, missing);
    Value own = otherwise.apply(new ThresholdSearch(more, rows.only(more, indices)), indices);
    Value index = more.node("Unsqueeze", indices, more.longs(1));
    Value all = more.node("ScatterND", answer.thresholds, index, own);
    more.result(all, TensorType.FLOAT, "rows", 1);
    GraphBuilder done = graph.branch("done");
    done.result(answer.thresholds, TensorType.FLOAT, "rows", 1);
    return graph.ifElse(graph.any(missing), more, done);
  }

  /**
   * Sorts the largest probabilities not above the upper end. The threshold is found if the first is
   * kept and the last isn't: then all that are kept are above the end or among these.
   */
  private Answer answer(Bracket bracket, int window) {
    Value end = bracketing.probability(bracket.upper().place());
    Value above = graph.cast(graph.node("Greater", rows.p, end), TensorType.FLOAT);
    Value beyond = graph.node("Mul", rows.p, above);
    Value below = graph.node("Sub", rows.p, beyond);
    Value falling =
        graph
            .nodes("TopK", 2, List.of(below, graph.longs(window)), Attributes.of("axis", -1))
            .get(0);
    Value within = sum(graph.cast(kept(falling, above, beyond, window), TensorType.INT64));
    Value last = graph.node("Sub", within, graph.scalar(1L));
    Value first = graph.node("Max", last, graph.scalar(0L));
    Value found =
        graph.node(
            "And",
            graph.node("Greater", within, graph.scalar(0L)),
            graph.node("Less", within, graph.scalar((long) window)));
    return new Answer(
        graph.node("GatherElements", List.of(falling, first), Attributes.of("axis", 1)),
        graph.node("Squeeze", found, graph.longs(1)));
  }

  /** Which of the sorted probabilities are kept, by what is above each. */
  private Value kept(Value falling, Value above, Value beyond, int window) {
    Value kept = null;
    if (rows.byMass) {
      Value before =
          graph.node("CumSum", List.of(falling, graph.scalar(1L)), Attributes.of("exclusive", 1));
      kept = graph.node("LessOrEqual", graph.node("Add", before, sum(beyond)), rows.topP);
    }
    if (rows.byCount) {
      Value count = graph.node("Add", sum(above), graph.floats(ranks(window), 1, window));
      Value few = graph.node("Less", count, rows.limit(graph));
      kept = rows.byMass ? graph.node("And", kept, few) : few;
    }
    return kept;
  }

  private Value sum(Value x) {
    return graph.node("ReduceSum", x, graph.longs(-1));
  }

  private static float[] ranks(int window) {
    float[] ranks = new float[window];
    for (int i = 0; i < window; i++) {
      ranks[i] = i;
    }
    return ranks;
  }
}
