package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.onnx.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.GraphBuilder.Value;

/**
 * The logits themselves, nothing suppressed: output {@code logits}, shape (picks, vocabulary).
 *
 * @param graph the graph to append to
 * @param vocabulary width of the logits
 */
record RawLogitsHead(GraphBuilder graph, int vocabulary) implements Head {

  @Override
  public Value bias() {
    return graph.floats(new float[vocabulary], vocabulary);
  }

  @Override
  public void graft(PickedLogits logits) {
    graph.output(logits.all(graph), "logits", TensorType.FLOAT, "picks", vocabulary);
  }
}
