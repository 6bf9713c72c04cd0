package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import java.util.List;

/**
 * The bracket of a {@link ThresholdSearch} and how it narrows. Where an end stands, and how much of
 * the mass or the count is above it, are taken as their 64th roots: nearly logarithms.
 */
final class Bracketing {

  private static final float ROOT = 1f / 64;

  /** Below this nothing is looked for. */
  private static final float SMALLEST = 1e-30f;

  private final GraphBuilder graph;
  private final ThresholdSearch.Rows rows;
  private final Scale mass;
  private final Scale count;

  /**
   * Something that falls from the whole to 0 as a threshold rises.
   *
   * @param level what its odds are levelled off by; a scalar or shape (rows, 1)
   * @param whole with the level added
   * @param aim where on the scale the threshold is
   */
  private record Scale(Value level, Value whole, Value aim) {
    static Scale of(GraphBuilder graph, Value level, Value all, Value aim) {
      Value whole = graph.node("Add", all, level);
      return new Scale(level, whole, odds(graph, aim, level, whole));
    }

    /** Above a threshold as a root of the odds. */
    Value at(GraphBuilder graph, Value above) {
      return odds(graph, above, level, whole);
    }

    private static Value odds(GraphBuilder graph, Value above, Value level, Value whole) {
      Value odds =
          graph.node("Div", graph.node("Add", above, level), graph.node("Sub", whole, above));
      return graph.node("Pow", odds, graph.scalar(ROOT));
    }
  }

  /** How much is above a threshold, and where on its scale that is. */
  private record Above(Value amount, Value scaled) {
    Above rows(GraphBuilder graph, Value indices) {
      return new Above(
          graph.node("Gather", amount, indices), graph.node("Gather", scaled, indices));
    }

    static Above where(GraphBuilder graph, Value condition, Above then, Above otherwise) {
      return new Above(
          graph.node("Where", condition, then.amount, otherwise.amount),
          graph.node("Where", condition, then.scaled, otherwise.scaled));
    }
  }

  /**
   * An end of a bracket.
   *
   * @param place root of its probability; shape (rows, 1)
   * @param mass above it, null where mass doesn't limit
   * @param count above it, null where count doesn't limit
   */
  record End(Value place, Above mass, Above count) {
    private End rows(GraphBuilder graph, Value indices) {
      return new End(
          graph.node("Gather", place, indices),
          mass == null ? null : mass.rows(graph, indices),
          count == null ? null : count.rows(graph, indices));
    }

    private static End where(GraphBuilder graph, Value condition, End then, End otherwise) {
      return new End(
          graph.node("Where", condition, then.place, otherwise.place),
          then.mass == null ? null : Above.where(graph, condition, then.mass, otherwise.mass),
          then.count == null ? null : Above.where(graph, condition, then.count, otherwise.count));
    }
  }

  /** The threshold is above the lower end and not above the upper one. */
  record Bracket(End lower, End upper) {

    /** The brackets of some of the rows. */
    Bracket rows(GraphBuilder graph, Value indices) {
      return new Bracket(lower.rows(graph, indices), upper.rows(graph, indices));
    }
  }

  Bracketing(GraphBuilder graph, ThresholdSearch.Rows rows) {
    this.graph = graph;
    this.rows = rows;
    mass = rows.byMass() ? massScale() : null;
    count = rows.byCount() ? countScale() : null;
  }

  /** Levelled off where a tenth of what top-p drops is left. */
  private Scale massScale() {
    Value dropped = graph.node("Sub", graph.scalar(1f), rows.topP());
    Value level = graph.node("Max", times(dropped, 0.1f), graph.scalar(1e-5f));
    return Scale.of(graph, level, graph.scalar(1f), rows.topP());
  }

  private Scale countScale() {
    Value aim = graph.node("Sub", rows.limit(graph), graph.scalar(0.5f));
    return Scale.of(graph, graph.scalar(5f), columns(), aim);
  }

  private Value columns() {
    return graph.cast(ThresholdSearch.width(graph, rows.p()), TensorType.FLOAT);
  }

  /** The probability at a place. */
  Value probability(Value place) {
    return power(place, 1 / ROOT);
  }

  /**
   * From a little above a row's largest probability down to where hardly any mass is, or where
   * tokens are looked for at all if they are to be counted.
   */
  Bracket start() {
    Value zero = graph.node("Sub", rows.topP(), rows.topP());
    Value most = times(graph.node("Sqrt", sum(graph.node("Mul", rows.p(), rows.p()))), 1.001f);
    Value least = graph.scalar(SMALLEST);
    if (!rows.byCount()) {
      Value dropped = graph.node("Sub", graph.scalar(1f), rows.topP());
      Value each = graph.node("Div", times(dropped, 0.5f), columns());
      least = graph.node("Max", each, least);
    }
    Value low = power(graph.node("Min", least, times(most, 0.5f)), ROOT);
    Value whole = graph.node("Add", zero, graph.scalar(1f));
    Value all = graph.node("Add", zero, columns());
    return new Bracket(end(low, whole, all), end(power(most, ROOT), zero, zero));
  }

  private End end(Value place, Value massAbove, Value countAbove) {
    return new End(
        place,
        mass == null ? null : new Above(massAbove, mass.at(graph, massAbove)),
        count == null ? null : new Above(countAbove, count.at(graph, countAbove)));
  }

  /** The bracket after some passes, each of which moves one of its ends. */
  Bracket narrowed(Bracket bracket, int passes) {
    Bracket narrow = bracket;
    for (int pass = 0; pass < passes; pass++) {
      narrow = narrowed(narrow);
    }
    return narrow;
  }

  private Bracket narrowed(Bracket bracket) {
    Value high = bracket.upper.place;
    Value span = graph.node("Sub", bracket.lower.place, high);
    Value place = graph.node("Add", high, graph.node("Mul", share(bracket), span));
    End end = at(place, probability(place));
    Value below = mass == null ? null : graph.node("Greater", end.mass.amount, rows.topP());
    if (count != null) {
      Value many = graph.node("GreaterOrEqual", end.count.amount, rows.limit(graph));
      below = below == null ? many : graph.node("Or", below, many);
    }
    return new Bracket(
        End.where(graph, below, end, bracket.lower), End.where(graph, below, bracket.upper, end));
  }

  private End at(Value place, Value threshold) {
    if (count == null) {
      return end(place, massAbove(threshold), null);
    }
    Value above = graph.cast(graph.node("Greater", rows.p(), threshold), TensorType.FLOAT);
    Value mass = rows.byMass() ? sum(graph.node("Mul", rows.p(), above)) : null;
    return end(place, mass, sum(above));
  }

  /**
   * Mass above a threshold, but for rounding: the quotients above 1 are summed, which needs no
   * mask. A quotient rounds to 1 or less exactly where the probability isn't above the threshold.
   */
  private Value massAbove(Value threshold) {
    Value quotients = graph.node("Div", rows.p(), threshold);
    Value above = graph.node("ThresholdedRelu", List.of(quotients), Attributes.of("alpha", 1f));
    return graph.node("Mul", sum(above), threshold);
  }

  /** How far from the upper end to the lower one the next place is: see the search. */
  private Value share(Bracket bracket) {
    End low = bracket.lower;
    End high = bracket.upper;
    Value share = null;
    Value chance = null;
    if (mass != null) {
      share = share(mass, low.mass, high.mass);
      Value root = power(graph.node("Mul", low.place, high.place), 1 / (4 * ROOT));
      chance = graph.node("Div", root, root(low.mass, high.mass, 1e-30f));
    }
    if (count != null) {
      Value byCount = share(count, low.count, high.count);
      Value chanceOfCount = graph.node("Reciprocal", root(low.count, high.count, 1f));
      share = share == null ? byCount : graph.node("Min", share, byCount);
      chance = chance == null ? chanceOfCount : graph.node("Max", chance, chanceOfCount);
    }
    Value beyond = times(chance, 0.5f);
    Value nearer = graph.node("Min", graph.node("Add", share, beyond), graph.scalar(0.5f));
    return graph.node("Max", graph.node("Sub", share, beyond), nearer);
  }

  private Value share(Scale scale, Above low, Above high) {
    Value span = graph.node("Sub", low.scaled, high.scaled);
    Value some = graph.node("Max", span, graph.scalar(1e-9f));
    return graph.node("Div", graph.node("Sub", scale.aim, high.scaled), some);
  }

  private Value root(Above low, Above high, float least) {
    Value between = graph.node("Sub", low.amount, high.amount);
    return graph.node("Sqrt", graph.node("Max", between, graph.scalar(least)));
  }

  private Value sum(Value x) {
    return graph.node("ReduceSum", x, graph.longs(-1));
  }

  private Value times(Value x, float factor) {
    return graph.node("Mul", x, graph.scalar(factor));
  }

  private Value power(Value x, float exponent) {
    return graph.node("Pow", x, graph.scalar(exponent));
  }
}
