package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.onnx.GraphBuilder.Value;

/**
 * What follows a transformer's vocabulary projection in the same graph. The transformer declares
 * the inputs {@code input_ids}, {@code positions} and those that hide padding; a head declares its
 * own inputs and every output.
 *
 * <p>Threading: owned by the thread that builds.
 */
interface Head {

  /** Makes a head for a graph that is being built. */
  interface Kind {

    /** A head that appends to this graph. */
    Head on(GraphBuilder graph);
  }

  /** What to add to every position's logits, fp32, shape (vocabulary). */
  Value bias();

  /**
   * Appends the head.
   *
   * @param logits fp32 with {@link #bias} added; shape (positions, vocabulary), in the order of the
   *     input {@code positions}
   */
  void graft(Value logits);
}
