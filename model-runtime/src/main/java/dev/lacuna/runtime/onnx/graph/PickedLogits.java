package dev.lacuna.runtime.onnx.graph;

import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import java.util.List;

/**
 * The logits of the picked positions, made where a head asks for them: the vocabulary projection
 * runs for as many positions at a time as the head wants in memory.
 *
 * @param states what stands for each position of the input {@code positions}, in its order; its
 *     first axis is the positions'
 * @param projection makes logits of states
 * @param affine whether states are vectors of which the projection is a product plus a bias, so
 *     that mixing states mixes their logits
 */
public record PickedLogits(Value states, Projection projection, boolean affine) {

  /** Makes logits of states, in a graph or in a branch of it. */
  public interface Projection {

    /** Logits plus the head's bias; shape (positions of the states, vocabulary). */
    Value logits(GraphBuilder graph, Value states);
  }

  /** The same logits from other states. */
  public PickedLogits withStates(Value other) {
    return new PickedLogits(other, projection, affine);
  }

  /** Logits of all picked positions, fp32; shape (picks, vocabulary). */
  public Value all(GraphBuilder graph) {
    return projection.logits(graph, states);
  }

  /**
   * Logits of some of them.
   *
   * @param picks indices into the input {@code positions}, int64, shape (some)
   * @return fp32, shape (some, vocabulary)
   */
  public Value of(GraphBuilder graph, Value picks) {
    Value some = graph.node("Gather", List.of(states, picks), Attributes.of("axis", 0));
    return projection.logits(graph, some);
  }
}
