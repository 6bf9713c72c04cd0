package dev.lacuna.runtime.onnx.head;

import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.Head;
import dev.lacuna.runtime.onnx.graph.PickedLogits;

/**
 * The logits themselves, nothing suppressed: output {@code logits}, shape (picks, vocabulary).
 *
 * @param graph the graph to append to
 * @param vocabulary width of the logits
 */
public record RawLogitsHead(GraphBuilder graph, int vocabulary) implements Head {

  @Override
  public Value bias() {
    return graph.floats(new float[vocabulary], vocabulary);
  }

  @Override
  public void graft(PickedLogits logits) {
    graph.output(logits.all(graph), "logits", TensorType.FLOAT, "picks", vocabulary);
  }
}
