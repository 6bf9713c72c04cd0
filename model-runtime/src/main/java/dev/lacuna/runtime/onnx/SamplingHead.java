package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.onnx.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.GraphBuilder.Value;
import java.util.List;

/**
 * Turns logits into a proposed token and its confidence for each position, in the graph: the logits
 * never leave the device.
 *
 * <p>Work that no position of a batch needs is not done: guidance when none is guided, drawing when
 * all are greedy, filtering when none filters, measuring when all ask for the plain probability.
 * Which branch runs does not change a position's result, because each position's numbers come from
 * its own row by the same operations in both.
 *
 * <p>Threading: owned by the thread that builds.
 */
final class SamplingHead implements Head {

  /**
   * Logit of an id that is never proposed. Its exponential is exactly 0, times any temperature's
   * reciprocal as well; an infinity would make NaN where it meets 0.
   */
  static final float SUPPRESSED = -1e30f;

  private final GraphBuilder graph;
  private final ModelFacts facts;

  SamplingHead(GraphBuilder graph, ModelFacts facts) {
    this.graph = graph;
    this.facts = facts;
  }

  /**
   * What to add to the logits, as the vocabulary projection's bias: 0, or {@link #SUPPRESSED} for
   * the mask, padding and ids that stand for no token; shape (vocabulary).
   */
  @Override
  public Value bias() {
    float[] bias = new float[facts.vocabulary()];
    int left = 0;
    for (int id = 0; id < bias.length; id++) {
      if (!facts.mayPropose(id)) {
        bias[id] = SUPPRESSED;
      } else if (id != facts.endToken()) {
        left++;
      }
    }
    if (left == 0) {
      throw new IllegalArgumentException(
          "model " + facts.name() + " has no token that could be proposed");
    }
    return graph.floats(bias, bias.length);
  }

  /**
   * Appends the head and declares its inputs and outputs.
   *
   * @param logits of the positions, and then of the twins of the guided ones, with {@link #bias()}
   *     added; shape (positions + guided, vocabulary)
   */
  @Override
  public void graft(Value logits) {
    Value greedy = graph.input("greedy", TensorType.BOOL, "positions");
    Value filtered = graph.input("filtered", TensorType.BOOL, "positions");
    Value inverseTemperature = graph.input("inverse_temperature", TensorType.FLOAT, "positions", 1);
    Value uniform = graph.input("uniform", TensorType.FLOAT, "positions", 1);
    Value topP = graph.input("top_p", TensorType.FLOAT, "positions", 1);
    Value topK = graph.input("top_k", TensorType.INT64, "positions", 1);
    Value z = allowed(logits, graph.node("Shape", greedy));

    GraphBuilder draw = graph.branch("draw");
    Value scaled = draw.node("Mul", z, inverseTemperature);
    Value p = draw.node("Softmax", List.of(scaled), Attributes.of("axis", -1));
    GraphBuilder filter = draw.branch("filter");
    Value kept = ProbabilityFilter.apply(filter, p, filtered, topP, topK);
    draw(filter, kept, uniform);
    GraphBuilder whole = draw.branch("whole");
    draw(whole, p, uniform);
    Value drawn = draw.ifElse(any(draw, filtered), filter, whole);
    draw.result(draw.node("Where", greedy, best(draw, z), drawn), TensorType.INT64, "positions");
    GraphBuilder argmax = graph.branch("argmax");
    argmax.result(best(argmax, z), TensorType.INT64, "positions");

    Value tokens = graph.ifElse(any(graph, graph.node("Not", greedy)), draw, argmax);
    Value confidences = confidence(z, tokens);
    graph.output(tokens, "tokens", TensorType.INT64, "positions");
    graph.output(confidences, "confidences", TensorType.FLOAT, "positions");
    Value certainties = certainty(tokens, topP, topK).graft(graph, z, confidences, measured());
    graph.output(certainties, "certainties", TensorType.FLOAT, "positions");
  }

  private Value measured() {
    return graph.input("measured", TensorType.BOOL, "positions");
  }

  private CertaintyHead certainty(Value tokens, Value topP, Value topK) {
    return new CertaintyHead(
        tokens,
        graph.input("certainty", TensorType.INT64, "positions"),
        graph.input("certainty_inverse_temperature", TensorType.FLOAT, "positions", 1),
        graph.input("certainty_filtered", TensorType.BOOL, "positions"),
        topP,
        topK);
  }

  /**
   * Logits of the positions, after guidance, without the end token where it isn't allowed; shape
   * (positions, vocabulary). Batches without guidance take the logits as they are.
   *
   * @param positions how many there are; shape (1)
   */
  private Value allowed(Value logits, Value positions) {
    Value indices = graph.input("guided", TensorType.INT64, "guided");
    Value scales = graph.input("guidance_scale", TensorType.FLOAT, "guided", 1);
    Value endAllowed = graph.input("end_allowed", TensorType.BOOL, "positions", 1);
    GraphBuilder guided = graph.branch("guided");
    Value z = Guidance.apply(guided, logits, positions, indices, scales);
    result(guided, withoutEnd(guided, z, endAllowed));
    GraphBuilder plain = graph.branch("unguided");
    result(plain, withoutEnd(plain, logits, endAllowed));
    Value count = graph.node("Squeeze", graph.node("Shape", indices), graph.longs(0));
    return graph.ifElse(graph.cast(count, TensorType.BOOL), guided, plain);
  }

  private void result(GraphBuilder branch, Value z) {
    branch.result(z, TensorType.FLOAT, "positions", facts.vocabulary());
  }

  /** Suppresses the end token where it isn't allowed. */
  private Value withoutEnd(GraphBuilder branch, Value logits, Value endAllowed) {
    if (!facts.special().hasEnd()) {
      return logits;
    }
    Value end =
        branch.node(
            "Expand",
            branch.longsOf(new long[] {facts.endToken()}, 1, 1),
            branch.node("Shape", endAllowed));
    Value own = branch.node("GatherElements", List.of(logits, end), Attributes.of("axis", 1));
    Value updated = branch.node("Where", endAllowed, own, branch.scalar(SUPPRESSED));
    return branch.node("ScatterElements", List.of(logits, end, updated), Attributes.of("axis", 1));
  }

  private void draw(GraphBuilder branch, Value mass, Value uniform) {
    Value token = InverseCdf.draw(branch, mass, uniform, VocabularyGroups.of(facts.vocabulary()));
    branch.result(token, TensorType.INT64, "positions");
  }

  /** The most probable token; the lowest id where several are. */
  private static Value best(GraphBuilder branch, Value z) {
    return branch.node(
        "ArgMax", List.of(z), Attributes.of("axis", -1), Attributes.of("keepdims", 0));
  }

  /** The proposed token's probability at temperature 1, nothing filtered; shape (positions). */
  private Value confidence(Value z, Value tokens) {
    Value p = graph.node("Softmax", List.of(z), Attributes.of("axis", -1));
    Value column = graph.node("Unsqueeze", tokens, graph.longs(1));
    Value own = graph.node("GatherElements", List.of(p, column), Attributes.of("axis", 1));
    return graph.node("Squeeze", own, graph.longs(1));
  }

  /** Whether any of a vector's booleans is true; a scalar. */
  static Value any(GraphBuilder branch, Value flags) {
    Value count =
        branch.node(
            "ReduceSum",
            List.of(branch.cast(flags, TensorType.INT32)),
            Attributes.of("keepdims", 0));
    return branch.cast(count, TensorType.BOOL);
  }
}
