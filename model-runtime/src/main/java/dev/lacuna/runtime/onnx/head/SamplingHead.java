package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.Head;
import dev.lacuna.runtime.onnx.graph.PickedLogits;
import java.util.List;

/**
 * Turns the picked positions' states into a proposed token and its confidence for each, in the
 * graph: the logits never leave the device. It goes through them in {@link Chunks}, the vocabulary
 * projection included, so that logits stay in the processor's cache and memory does not grow with
 * positions × vocabulary.
 *
 * <p>Which chunk a position is in does not change its result, nor what its neighbours ask for,
 * because each position's numbers come from its own row by the same operations in every case.
 *
 * <p>Threading: owned by the thread that builds.
 */
public final class SamplingHead implements Head {

  /**
   * Logit of an id that is never proposed. Its exponential is exactly 0, times any temperature's
   * reciprocal as well; an infinity would make NaN where it meets 0.
   */
  static final float SUPPRESSED = -1e30f;

  private final GraphBuilder graph;
  private final ModelFacts facts;

  /** A head for a model, to be grafted onto its graph. */
  public SamplingHead(GraphBuilder graph, ModelFacts facts) {
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

  @Override
  public void graft(PickedLogits logits) {
    Value greedy = graph.input("greedy", TensorType.BOOL, "positions");
    Chunks chunks = new Chunks(graph, greedy, graph.input("chunk", TensorType.INT64, 1));
    GraphBuilder body = chunks.body();
    Value z = withoutEnd(chunks, guided(chunks, logits));
    Value plain = body.node("Softmax", List.of(z), Attributes.of("axis", -1));
    TokenDraw draw = draw(chunks, greedy);
    Value tokens = draw.tokens(body, z, plain);
    Value confidences = at(body, plain, tokens);
    body.result(tokens, TensorType.INT64, "size");
    body.result(confidences, TensorType.FLOAT, "size");
    Value certainties = certainties(chunks, draw, tokens, z, confidences);
    body.result(certainties, TensorType.FLOAT, "size");
    List<Value> results = chunks.run();
    graph.output(results.get(0), "tokens", TensorType.INT64, "positions");
    graph.output(results.get(1), "confidences", TensorType.FLOAT, "positions");
    graph.output(results.get(2), "certainties", TensorType.FLOAT, "positions");
  }

  /** Logits of a chunk, guided ones mixed with their twins'. */
  private Value guided(Chunks chunks, PickedLogits logits) {
    Value indices = graph.input("guided", TensorType.INT64, "guided");
    Value scales = graph.input("guidance_scale", TensorType.FLOAT, "guided", 1);
    return new Guidance(indices, scales, logits).chunk(graph, chunks);
  }

  /** Suppresses the end token where it isn't allowed. */
  private Value withoutEnd(Chunks chunks, Value z) {
    Value endAllowed = graph.input("end_allowed", TensorType.BOOL, "positions", 1);
    if (!facts.special().hasEnd()) {
      return z;
    }
    GraphBuilder body = chunks.body();
    Value allowed = chunks.column(endAllowed, TensorType.BOOL);
    Value end =
        body.node(
            "Expand",
            body.longsOf(new long[] {facts.endToken()}, 1, 1),
            body.node("Shape", allowed));
    Value own = body.node("GatherElements", List.of(z, end), Attributes.of("axis", 1));
    Value updated = body.node("Where", allowed, own, body.scalar(SUPPRESSED));
    // Nothing else reads z from here on, so that the runtime writes in place.
    return body.node("ScatterElements", List.of(z, end, updated), Attributes.of("axis", 1));
  }

  private TokenDraw draw(Chunks chunks, Value greedy) {
    Value filtered = graph.input("filtered", TensorType.BOOL, "positions");
    Value inverse = graph.input("inverse_temperature", TensorType.FLOAT, "positions", 1);
    Value uniform = graph.input("uniform", TensorType.FLOAT, "positions", 1);
    Value topP = graph.input("top_p", TensorType.FLOAT, "positions", 1);
    Value topK = graph.input("top_k", TensorType.INT64, "positions", 1);
    Value sampled = graph.node("Not", greedy);
    Value isOne = graph.node("Equal", inverse, graph.scalar(1f));
    Value tempered =
        graph.node("And", sampled, graph.node("Not", graph.node("Squeeze", isOne, graph.longs(1))));
    return new TokenDraw(
        InverseCdf.of(graph, VocabularyGroups.of(facts.vocabulary())),
        new TokenDraw.Any(
            chunks.any(greedy), chunks.any(sampled), chunks.any(tempered), chunks.any(filtered)),
        chunks.vector(greedy, TensorType.BOOL),
        chunks.vector(filtered, TensorType.BOOL),
        chunks.column(inverse, TensorType.FLOAT),
        chunks.column(uniform, TensorType.FLOAT),
        chunks.column(topP, TensorType.FLOAT),
        chunks.column(topK, TensorType.INT64));
  }

  private Value certainties(
      Chunks chunks, TokenDraw draw, Value tokens, Value z, Value confidences) {
    Value kinds = graph.input("certainty", TensorType.INT64, "positions");
    Value tempered = graph.input("certainty_inverse_temperature", TensorType.FLOAT, "positions", 1);
    Value filtered = graph.input("certainty_filtered", TensorType.BOOL, "positions");
    Value measured = graph.input("measured", TensorType.BOOL, "positions");
    CertaintyHead head =
        new CertaintyHead(
            tokens,
            chunks.vector(kinds, TensorType.INT64),
            chunks.column(tempered, TensorType.FLOAT),
            chunks.vector(filtered, TensorType.BOOL),
            draw.topP(),
            draw.topK(),
            facts.vocabulary());
    return head.graft(
        chunks.body(),
        z,
        confidences,
        new CertaintyHead.Measured(chunks.vector(measured, TensorType.BOOL), chunks.any(measured)));
  }

  /** A matrix's entry in the given column of each row; shape (rows). */
  private static Value at(GraphBuilder graph, Value matrix, Value columns) {
    Value column = graph.node("Unsqueeze", columns, graph.longs(1));
    Value own = graph.node("GatherElements", List.of(matrix, column), Attributes.of("axis", 1));
    return graph.node("Squeeze", own, graph.longs(1));
  }
}
