package dev.lacuna.evaluation.published;

import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.Head;
import dev.lacuna.runtime.onnx.graph.PickedLogits;
import dev.lacuna.runtime.onnx.head.Guidance;
import java.util.List;

/**
 * The head of the published samplers that draw with Gumbel noise, the noise being an input: {@code
 * argmax exp(z) / (−ln u)^temperature} in fp64 ({@code add_gumbel_noise} of ML-GSAI/LLaDA, {@code
 * diff_sample} of ML-GSAI/SMDM). Confidence is the softmax without noise or temperature. Kept for
 * comparisons with recorded runs alone: serving draws by one uniform number a position.
 *
 * @param graph the graph to append to
 * @param vocabulary width of the logits
 */
record GumbelHead(GraphBuilder graph, int vocabulary) implements Head {

  @Override
  public Value bias() {
    return graph.floats(new float[vocabulary], vocabulary);
  }

  @Override
  public void graft(PickedLogits picked) {
    Value uniforms = graph.input("gumbel_uniforms", TensorType.DOUBLE, "positions", vocabulary);
    Value temperature = graph.input("temperature", TensorType.DOUBLE, "positions", 1);
    Value indices = graph.input("guided", TensorType.INT64, "guided");
    Value scales = graph.input("guidance_scale", TensorType.FLOAT, "guided", 1);
    Value count =
        graph.node("Slice", graph.node("Shape", uniforms), graph.longs(0), graph.longs(1));
    Value z = new Guidance(indices, scales, picked).all(graph, count);
    Value wide = graph.cast(z, TensorType.DOUBLE);
    Value noise = graph.node("Pow", graph.node("Neg", graph.node("Log", uniforms)), temperature);
    Value noisy = graph.node("Div", graph.node("Exp", wide), noise);
    Value tokens =
        graph.node(
            "ArgMax", List.of(noisy), Attributes.of("axis", -1), Attributes.of("keepdims", 0));
    graph.output(tokens, "tokens", TensorType.INT64, "positions");
    Value p = graph.node("Softmax", List.of(wide), Attributes.of("axis", -1));
    Value column = graph.node("Unsqueeze", tokens, graph.longs(1));
    Value own = graph.node("GatherElements", List.of(p, column), Attributes.of("axis", 1));
    Value confidences = graph.cast(graph.node("Squeeze", own, graph.longs(1)), TensorType.FLOAT);
    graph.output(confidences, "confidences", TensorType.FLOAT, "positions");
  }
}
