package dev.lacuna.runtime.onnx.graph;

import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;

/**
 * What follows a transformer in the same graph. The transformer declares the inputs {@code
 * input_ids}, {@code positions} and those that hide padding; a head declares its own inputs and
 * every output.
 *
 * <p>Threading: owned by the thread that builds.
 */
public interface Head {

  /** Makes a head for a graph that is being built. */
  interface Kind {

    /** A head that appends to this graph. */
    Head on(GraphBuilder graph);
  }

  /** What to add to every position's logits, fp32, shape (vocabulary): a constant or an input. */
  Value bias();

  /**
   * Appends the head.
   *
   * @param logits of the picked positions, with {@link #bias} added
   */
  void graft(PickedLogits logits);
}
