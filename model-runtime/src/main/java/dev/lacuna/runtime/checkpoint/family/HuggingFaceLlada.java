package dev.lacuna.runtime.checkpoint.family;

import dev.lacuna.runtime.json.JsonObject;
import java.util.List;

/** config.json of LLaDA (LLaDAConfig, which is OLMo's), with that class's defaults. */
final class HuggingFaceLlada {

  private static final HeadShape.Keys KEYS =
      new HeadShape.Keys("d_model", "n_heads", "n_kv_heads", "");

  private HuggingFaceLlada() {}

  static TransformerShape read(JsonObject json, Family.StoredRows stored) {
    json.mustState("block_type", List.of("llama"));
    json.mustState("activation_type", List.of("silu"));
    json.mustState("layer_norm_type", List.of("rms"));
    json.mustState("rope", true, "other positions than rotary ones aren't supported");
    json.mustBe("alibi", false, "scores biased by distance aren't supported");
    json.mustBe("attention_layer_norm", false, "norms of queries and keys aren't supported");
    json.mustBe("input_emb_norm", false, "a norm of the embedding isn't supported");
    json.mustBe("scale_logits", false, "scaled logits aren't supported");
    json.mustBe("layer_norm_with_affine", true, "norms without a gain aren't supported");
    for (String bias : List.of("include_bias", "include_qkv_bias", "bias_for_layer_norm")) {
      json.mustBe(bias, false, "layers with biases aren't supported");
    }
    json.mustBeAbsent("clip_qkv", "clipped queries and keys aren't supported");
    json.mustBeAbsent("multi_query_attention", "state n_kv_heads instead");
    if (json.optionalInteger("block_group_size", 1, 1024).orElse(1) != 1) {
      throw json.wrong("block_group_size", "1: groups aren't supported");
    }
    return shape(json, stored, HeadShape.read(json, KEYS));
  }

  private static TransformerShape shape(
      JsonObject json, Family.StoredRows stored, HeadShape heads) {
    int hidden = json.integer("d_model", 1, HeadShape.MAX_WIDTH);
    int vocabulary = json.integer("vocab_size", 2, 1 << 24);
    int rows = json.optionalInteger("embedding_size", vocabulary, 1 << 24).orElse(vocabulary);
    int ratio = json.optionalInteger("mlp_ratio", 1, 1024).orElse(4);
    return new TransformerShape(
        rows,
        rows,
        hidden,
        json.optionalInteger("mlp_hidden_size", 1, HeadShape.MAX_WIDTH)
            .orElse((int) Math.min(HeadShape.MAX_WIDTH, (long) ratio * hidden)),
        json.integer("n_layers", 1, 1024),
        heads.heads(),
        heads.keyValueHeads(),
        heads.width(),
        heads.rotaryLength(json, "max_sequence_length"),
        new TransformerShape.Norm.Rms(json.positive("rms_norm_eps", 1e-5)),
        new TransformerShape.Positions.Rotary(json.positive("rope_theta", 10_000), false),
        TransformerShape.Mlp.GATED_SILU,
        TransformerShape.Biases.NONE,
        stored.tied(json, "weight_tying"));
  }
}
