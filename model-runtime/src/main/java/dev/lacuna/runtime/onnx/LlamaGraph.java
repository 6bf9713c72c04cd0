package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.checkpoint.LlamaConfig;
import dev.lacuna.runtime.onnx.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.GraphBuilder.Value;
import java.util.List;
import java.util.Map;

/** A LLaMA-shaped bidirectional transformer, composed of {@link TransformerBlocks}. */
final class LlamaGraph {

  private final GraphBuilder graph = new GraphBuilder("llama");
  private final LlamaConfig config;
  private final Map<String, List<Long>> shapes;

  private LlamaGraph(LlamaConfig config) {
    this.config = config;
    this.shapes = config.tensors();
  }

  /** Token ids to proposals and confidences; inputs and outputs as {@link StepTensors} has them. */
  static ModelGraph sampling(LlamaConfig config, ModelFacts facts) {
    LlamaGraph llama = new LlamaGraph(config);
    SamplingHead head = new SamplingHead(llama.graph, facts);
    head.graft(llama.logits(head.suppression()));
    return llama.graph.build();
  }

  /** Token ids to the picked positions' logits, nothing suppressed: for comparisons. */
  static ModelGraph logits(LlamaConfig config) {
    LlamaGraph llama = new LlamaGraph(config);
    Value none = llama.graph.floats(new float[config.vocabulary()], config.vocabulary());
    llama.graph.output(
        llama.logits(none), "logits", TensorType.FLOAT, "picks", config.vocabulary());
    return llama.graph.build();
  }

  /** Logits of the picked positions plus a bias; shape (picks, vocabulary). */
  private Value logits(Value bias) {
    Value ids = graph.input("input_ids", TensorType.INT64, "rows", "length");
    Value rowLengths = graph.input("row_lengths", TensorType.INT64, "rows");
    Value positions = graph.input("positions", TensorType.INT64, "picks");
    TransformerBlocks blocks = new TransformerBlocks(graph, ids);
    Value padding = blocks.paddingBias(rowLengths);
    TransformerBlocks.Rotary rotary =
        blocks.rotary(RotaryTable.of(config.maxLength(), config.headWidth(), config.ropeTheta()));
    Value x = blocks.embedding(weight(LlamaConfig.EMBEDDING), ids, config.hidden());
    for (int layer = 0; layer < config.layers(); layer++) {
      Value mixed = attention(blocks, x, layer, rotary, padding);
      if (layer == config.layers() - 1) {
        // Behind the last attention positions no longer meet: go on with those asked for.
        x = blocks.pick(x, positions);
        mixed = blocks.pick(mixed, positions);
      }
      x = mlp(blocks, x, mixed, layer);
    }
    Value normal = norm(blocks, x, weight(LlamaConfig.FINAL_NORM));
    String head = config.tiedHead() ? LlamaConfig.EMBEDDING : LlamaConfig.HEAD;
    return blocks.linear(normal, weight(head), bias);
  }

  private Value attention(
      TransformerBlocks blocks,
      Value x,
      int layer,
      TransformerBlocks.Rotary rotary,
      Value padding) {
    Value h = norm(blocks, x, weight(layer, "input_layernorm"));
    return blocks.attention(
        blocks.linear(h, weight(layer, "self_attn.q_proj")),
        blocks.linear(h, weight(layer, "self_attn.k_proj")),
        blocks.linear(h, weight(layer, "self_attn.v_proj")),
        new TransformerBlocks.Heads(
            config.keyValueHeads(), config.heads() / config.keyValueHeads(), config.headWidth()),
        rotary,
        padding);
  }

  /** The rest of a layer: a residual block for each position by itself. */
  private Value mlp(TransformerBlocks blocks, Value x, Value mixed, int layer) {
    Value attended = blocks.add(x, blocks.linear(mixed, weight(layer, "self_attn.o_proj")));
    Value h = norm(blocks, attended, weight(layer, "post_attention_layernorm"));
    return blocks.add(
        attended,
        blocks.gatedMlp(
            h,
            weight(layer, "mlp.gate_proj"),
            weight(layer, "mlp.up_proj"),
            weight(layer, "mlp.down_proj")));
  }

  private Value norm(TransformerBlocks blocks, Value x, Value gain) {
    return blocks.rmsNorm(x, gain, config.normEpsilon());
  }

  private Value weight(int layer, String part) {
    return weight(LlamaConfig.layerTensor(layer, part));
  }

  private Value weight(String name) {
    return graph.weight(name, shapes.get(name));
  }
}
