package dev.lacuna.runtime.checkpoint.family;

import dev.lacuna.runtime.json.JsonObject;
import java.util.List;

/** config.json of GPT-2 (GPT2Config). */
final class HuggingFaceGpt2 {

  private static final HeadShape.Keys KEYS = new HeadShape.Keys("n_embd", "n_head", "", "");

  private HuggingFaceGpt2() {}

  /** A GPT-2 whose embedding may have grown by the tokens that were added to its tokenizer. */
  static TransformerShape read(JsonObject json, Family.StoredRows stored) {
    json.mustBe("activation_function", List.of("gelu_new", "gelu_pytorch_tanh"));
    json.mustBe(
        "scale_attn_by_inverse_layer_idx", false, "scores scaled by layer aren't supported");
    json.mustBe("add_cross_attention", false, "attention to another sequence isn't supported");
    json.mustBe("scale_attn_weights", true, "unscaled scores aren't supported");
    HeadShape heads = HeadShape.read(json, KEYS);
    int hidden = json.integer("n_embd", 1, HeadShape.MAX_WIDTH);
    int rows = stored.rows(json, "vocab_size");
    boolean tied = json.optionalBool("tie_word_embeddings").orElse(true);
    return new TransformerShape(
        rows,
        rows,
        hidden,
        json.optionalInteger("n_inner", 1, HeadShape.MAX_WIDTH).orElse(4 * hidden),
        json.integer("n_layer", 1, 1024),
        heads.heads(),
        heads.keyValueHeads(),
        heads.width(),
        json.integer("n_positions", 1, HeadShape.MAX_WIDTH),
        new TransformerShape.Norm.Layer(json.positive("layer_norm_epsilon", 1e-5)),
        new TransformerShape.Positions.Learned(),
        TransformerShape.Mlp.TANH_GELU,
        TransformerShape.Biases.ALL,
        tied || !stored.head());
  }
}
