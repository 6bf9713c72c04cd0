package dev.lacuna.runtime.checkpoint.family;

/** Names under which published checkpoints store their weights. */
final class Layouts {

  /** LlamaForCausalLM and Qwen2ForCausalLM of Hugging Face; Dream. */
  static final WeightLayout LLAMA = llama("model.", "model.embed_tokens.weight");

  /** {@code DiscreteDiffusionModel} of HKUNLP/DiffuLLaMA around a LLaMA. */
  static final WeightLayout DIFFULLAMA_WRAPPED = llama("denoise_model.", "embed_tokens.weight");

  /** The same around a GPT-2, as DiffuGPT is published. */
  static final WeightLayout GPT2_WRAPPED = gpt2("denoise_model.", "embed_tokens.weight");

  /** GPT2LMHeadModel of Hugging Face. */
  static final WeightLayout GPT2 = gpt2("transformer.", "transformer.wte.weight");

  /** GPT2Model of Hugging Face, as {@code openai-community/gpt2} is published. */
  static final WeightLayout GPT2_BARE = gpt2("", "wte.weight");

  /** {@code TransEncoder} of ML-GSAI/SMDM. */
  static final WeightLayout LIT_GPT = litGpt();

  /** {@code LLaDAModelLM} of ML-GSAI/LLaDA. */
  static final WeightLayout LLADA = llada();

  private Layouts() {}

  private static WeightLayout llama(String body, String embedding) {
    String layer = body + "layers.#.";
    return new WeightLayout()
        .with(TransformerWeights.EMBEDDING, embedding)
        .with("attention_norm.weight", layer + "input_layernorm.weight")
        .both("query", layer + "self_attn.q_proj")
        .both("key", layer + "self_attn.k_proj")
        .both("value", layer + "self_attn.v_proj")
        .with("output.weight", layer + "self_attn.o_proj.weight")
        .with("mlp_norm.weight", layer + "post_attention_layernorm.weight")
        .with("gate.weight", layer + "mlp.gate_proj.weight")
        .with("up.weight", layer + "mlp.up_proj.weight")
        .with("down.weight", layer + "mlp.down_proj.weight")
        .with("final_norm.weight", body + "norm.weight")
        .with(TransformerWeights.HEAD, "lm_head.weight");
  }

  /** Linear layers are Conv1D, [in, out]; c_attn holds queries, keys and values. */
  private static WeightLayout gpt2(String body, String embedding) {
    String layer = body + "h.#.";
    return new WeightLayout()
        .with(TransformerWeights.EMBEDDING, embedding)
        .with(TransformerWeights.POSITIONS, body + "wpe.weight")
        .both("attention_norm", layer + "ln_1")
        .conv("query", layer + "attn.c_attn", 0, 3)
        .conv("key", layer + "attn.c_attn", 1, 3)
        .conv("value", layer + "attn.c_attn", 2, 3)
        .conv("output", layer + "attn.c_proj", 0, 1)
        .both("mlp_norm", layer + "ln_2")
        .conv("up", layer + "mlp.c_fc", 0, 1)
        .conv("down", layer + "mlp.c_proj", 0, 1)
        .both("final_norm", body + "ln_f")
        .with(TransformerWeights.HEAD, "lm_head.weight");
  }

  private static WeightLayout litGpt() {
    String layer = "transformer.h.#.";
    String fused = layer + "attn.attn.weight";
    return new WeightLayout()
        .with(TransformerWeights.EMBEDDING, "transformer.wte.weight")
        .with("attention_norm.weight", layer + "norm_1.weight")
        .with("query.weight", fused, WeightLayout.groupedQueries())
        .with("key.weight", fused, WeightLayout.grouped(0))
        .with("value.weight", fused, WeightLayout.grouped(1))
        .with("output.weight", layer + "attn.proj.weight")
        .with("mlp_norm.weight", layer + "norm_2.weight")
        .with("gate.weight", layer + "mlp.swiglu.w1.weight")
        .with("up.weight", layer + "mlp.swiglu.w2.weight")
        .with("down.weight", layer + "mlp.swiglu.w3.weight")
        .with("final_norm.weight", "transformer.ln_f.weight")
        .with(TransformerWeights.HEAD, "lm_head.weight");
  }

  private static WeightLayout llada() {
    String body = "model.transformer.";
    String layer = body + "blocks.#.";
    return new WeightLayout()
        .with(TransformerWeights.EMBEDDING, body + "wte.weight")
        .with("attention_norm.weight", layer + "attn_norm.weight")
        .with("query.weight", layer + "q_proj.weight")
        .with("key.weight", layer + "k_proj.weight")
        .with("value.weight", layer + "v_proj.weight")
        .with("output.weight", layer + "attn_out.weight")
        .with("mlp_norm.weight", layer + "ff_norm.weight")
        .with("gate.weight", layer + "ff_proj.weight")
        .with("up.weight", layer + "up_proj.weight")
        .with("down.weight", layer + "ff_out.weight")
        .with("final_norm.weight", body + "ln_f.weight")
        .with(TransformerWeights.HEAD, body + "ff_out.weight");
  }
}
