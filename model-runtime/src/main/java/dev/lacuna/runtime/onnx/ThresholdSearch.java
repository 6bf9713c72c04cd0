package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.onnx.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.GraphBuilder.Value;
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

  private static final int MASS_PASSES = 5;
  private static final int COUNT_PASSES = 6;

  /** Probabilities and odds stand at their 64th root: nearly their logarithm. */
  private static final float ROOT = 1f / 64;

  /** Below this nothing is looked for. */
  private static final float SMALLEST = 1e-30f;

  private final GraphBuilder graph;
  private final Value p;
  private final Value topP;
  private final Value topK;
  private final Value width;
  private final boolean counted;

  /** One end of the bracket: its place, the mass and count above it, and these on their scales. */
  private record End(Value place, Value mass, Value massScale, Value count, Value countScale) {

    /** One end or the other, row by row. */
    static End where(GraphBuilder graph, Value condition, End then, End otherwise) {
      boolean counted = then.count != null;
      return new End(
          graph.node("Where", condition, then.place, otherwise.place),
          graph.node("Where", condition, then.mass, otherwise.mass),
          graph.node("Where", condition, then.massScale, otherwise.massScale),
          counted ? graph.node("Where", condition, then.count, otherwise.count) : null,
          counted ? graph.node("Where", condition, then.countScale, otherwise.countScale) : null);
    }
  }

  /** The threshold is above the lower end and not above the upper one. */
  private record Bracket(End lower, End upper) {}

  /** Thresholds, shape (rows, 1), and which of them are right, shape (rows). */
  private record Answer(Value thresholds, Value found) {}

  /**
   * A search in some rows.
   *
   * @param p not negative, at most about 1 together; shape (rows, width), the width a multiple of
   *     16 and at least {@value #WIDE_WINDOW}
   * @param topP mass to keep, above 1 for all; shape (rows, 1)
   * @param topK tokens to keep, at least 1; int64, shape (rows, 1)
   * @param counted whether {@code topK} is heeded
   */
  ThresholdSearch(GraphBuilder graph, Value p, Value topP, Value topK, boolean counted) {
    this.graph = graph;
    this.p = p;
    this.topP = topP;
    this.topK = topK;
    this.width = width(graph, p);
    this.counted = counted;
  }

  /** Number of columns; shape (1). */
  static Value width(GraphBuilder graph, Value p) {
    return graph.node("Slice", graph.node("Shape", p), graph.longs(1), graph.longs(2));
  }

  /** Where a vector is true; shape (number of those). */
  static Value indices(GraphBuilder graph, Value flags) {
    return graph.node("Squeeze", graph.node("NonZero", flags), graph.longs(0));
  }

  /** The smallest probability kept in each row; shape (rows, 1). */
  Value thresholds() {
    Bracket bracket = start();
    for (int pass = 0; pass < (counted ? COUNT_PASSES : MASS_PASSES); pass++) {
      bracket = narrowed(bracket);
    }
    Value end = power(bracket.upper.place, 1 / ROOT);
    Answer answer = answer(end, WINDOW);
    return completed(
        answer,
        (left, rows) -> {
          Answer wide = left.answer(left.graph.node("Gather", end, rows), WIDE_WINDOW);
          return left.completed(wide, (last, all) -> last.sorted());
        });
  }

  private Value sorted() {
    return ProbabilityFilter.ofHead(graph, p, width, topP, topK);
  }

  /** Thresholds that are right: those not found yet are looked for in another way. */
  private Value completed(Answer answer, BiFunction<ThresholdSearch, Value, Value> otherwise) {
    Value missing = graph.node("Not", answer.found);
    GraphBuilder more = graph.branch("more");
    Value rows = indices(more, missing);
    ThresholdSearch left =
        new ThresholdSearch(
            more,
            more.node("Gather", p, rows),
            more.node("Gather", topP, rows),
            more.node("Gather", topK, rows),
            counted);
    Value own = otherwise.apply(left, rows);
    Value index = more.node("Unsqueeze", rows, more.longs(1));
    Value all = more.node("ScatterND", answer.thresholds, index, own);
    more.result(all, TensorType.FLOAT, "rows", 1);
    GraphBuilder done = graph.branch("done");
    done.result(answer.thresholds, TensorType.FLOAT, "rows", 1);
    return graph.ifElse(SamplingHead.any(graph, missing), more, done);
  }

  /** From a row's largest probability, or a little above it, down to where hardly any mass is. */
  private Bracket start() {
    Value zero = graph.node("Sub", topP, topP);
    Value columns = graph.cast(width, TensorType.FLOAT);
    Value squares = sum(graph.node("Mul", p, p));
    Value most = times(graph.node("Sqrt", squares), 1.001f);
    Value tail = graph.node("Div", times(rest(topP), 0.5f), columns);
    Value least =
        counted ? graph.scalar(SMALLEST) : graph.node("Max", tail, graph.scalar(SMALLEST));
    Value all = graph.node("Add", zero, columns);
    Value whole = graph.node("Add", zero, graph.scalar(1f));
    return new Bracket(
        end(power(graph.node("Min", least, times(most, 0.5f)), ROOT), whole, all),
        end(power(most, ROOT), zero, zero));
  }

  private End end(Value place, Value mass, Value count) {
    return new End(
        place, mass, massScale(mass), counted ? count : null, counted ? countScale(count) : null);
  }

  /** Mass above as power of the odds, levelled off where a tenth of what is dropped is left. */
  private Value massScale(Value mass) {
    Value level = graph.node("Add", times(rest(topP), 0.1f), graph.scalar(1e-6f));
    return scale(mass, rest(mass), level);
  }

  private Value countScale(Value count) {
    Value columns = graph.cast(width, TensorType.FLOAT);
    return scale(count, graph.node("Sub", columns, count), graph.scalar(5f));
  }

  private Value scale(Value above, Value below, Value level) {
    Value odds =
        graph.node("Div", graph.node("Add", above, level), graph.node("Add", below, level));
    return power(odds, ROOT);
  }

  /** What a mass leaves of 1, not below 0. */
  private Value rest(Value mass) {
    return graph.node("Max", graph.node("Sub", graph.scalar(1f), mass), graph.scalar(0f));
  }

  /** One pass: the bracket, with one end moved to a new place. */
  private Bracket narrowed(Bracket bracket) {
    Value low = bracket.lower.place;
    Value high = bracket.upper.place;
    Value span = graph.node("Sub", low, high);
    Value place = graph.node("Add", high, graph.node("Mul", share(bracket), span));
    Value threshold = power(place, 1 / ROOT);
    End end = counted ? countedAt(place, threshold) : massAt(place, threshold);
    Value below = graph.node("Greater", end.mass, topP);
    if (counted) {
      below = graph.node("Or", below, graph.node("GreaterOrEqual", end.count, limit()));
    }
    return new Bracket(
        End.where(graph, below, end, bracket.lower), End.where(graph, below, bracket.upper, end));
  }

  private Value limit() {
    return graph.cast(topK, TensorType.FLOAT);
  }

  /**
   * Mass above a threshold, to its rounding: quotients above 1 are summed. A quotient rounds to 1
   * or less exactly where the probability isn't above the threshold.
   */
  private End massAt(Value place, Value threshold) {
    Value quotients = graph.node("Div", p, threshold);
    Value above = graph.node("ThresholdedRelu", List.of(quotients), Attributes.of("alpha", 1f));
    return end(place, graph.node("Mul", sum(above), threshold), null);
  }

  private End countedAt(Value place, Value threshold) {
    Value above = graph.cast(graph.node("Greater", p, threshold), TensorType.FLOAT);
    return end(place, sum(graph.node("Mul", p, above)), sum(above));
  }

  /** How far from the upper end to the lower one the next place is, from 0 to 1. */
  private Value share(Bracket bracket) {
    End low = bracket.lower;
    End high = bracket.upper;
    Value share = share(massScale(topP), low.massScale, high.massScale);
    Value beyond = graph.node("Div", place4(low, high), root(low.mass, high.mass, 1e-30f));
    if (counted) {
      Value aim = countScale(graph.node("Sub", limit(), graph.scalar(0.5f)));
      share = graph.node("Min", share, share(aim, low.countScale, high.countScale));
      Value few = graph.node("Reciprocal", root(low.count, high.count, 1f));
      beyond = graph.node("Max", beyond, few);
    }
    share = graph.node("Clip", share, graph.scalar(0f), graph.scalar(1f));
    Value chance = times(beyond, 0.5f);
    Value middle = graph.node("Sub", graph.scalar(0.5f), share);
    Value step = graph.node("Min", graph.node("Max", middle, graph.node("Neg", chance)), chance);
    return graph.node("Add", share, step);
  }

  /**
   * Fourth root of the product of the ends' probabilities: with {@link #root} of a mass, n^-1/2.
   */
  private Value place4(End low, End high) {
    return power(graph.node("Mul", low.place, high.place), 1 / (4 * ROOT));
  }

  private Value root(Value low, Value high, float least) {
    return graph.node("Sqrt", graph.node("Max", graph.node("Sub", low, high), graph.scalar(least)));
  }

  private Value share(Value aim, Value low, Value high) {
    Value span = graph.node("Max", graph.node("Sub", low, high), graph.scalar(1e-9f));
    return graph.node("Div", graph.node("Sub", aim, high), span);
  }

  /**
   * Sorts the largest probabilities not above the upper end. The threshold is found if the first is
   * kept and the last isn't needed: then all that are kept are above the end or among these.
   */
  private Answer answer(Value end, int window) {
    Value above = graph.cast(graph.node("Greater", p, end), TensorType.FLOAT);
    Value beyond = graph.node("Mul", p, above);
    Value below = graph.node("Sub", p, beyond);
    Value falling =
        graph
            .nodes("TopK", 2, List.of(below, graph.longs(window)), Attributes.of("axis", -1))
            .get(0);
    Value before =
        graph.node("CumSum", List.of(falling, graph.scalar(1L)), Attributes.of("exclusive", 1));
    Value mass = graph.node("Add", before, sum(beyond));
    Value kept = graph.node("LessOrEqual", mass, topP);
    if (counted) {
      Value count = graph.node("Add", sum(above), graph.floats(ranks(window), 1, window));
      kept = graph.node("And", kept, graph.node("Less", count, limit()));
    }
    Value within = sum(graph.cast(kept, TensorType.INT64));
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

  private Value times(Value x, float factor) {
    return graph.node("Mul", x, graph.scalar(factor));
  }

  private Value power(Value x, float exponent) {
    return graph.node("Pow", x, graph.scalar(exponent));
  }
}
