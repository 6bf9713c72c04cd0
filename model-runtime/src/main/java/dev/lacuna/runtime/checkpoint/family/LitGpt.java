package dev.lacuna.runtime.checkpoint.family;

import dev.lacuna.runtime.json.JsonObject;
import java.util.List;

/**
 * {@code lit_config.json}: the fields of lit-gpt's {@code Config} (ML-GSAI/SMDM, lit_gpt/config.py)
 * with that class's defaults. SMDM's checkpoints come without a configuration, which its scripts
 * look up by name; the file is written once by hand.
 */
public final class LitGpt {

  /** File name beside the weights. */
  public static final String FILE = "lit_config.json";

  private static final HeadShape.Keys KEYS =
      new HeadShape.Keys("n_embd", "n_head", "n_query_groups", "");

  private LitGpt() {}

  /** Whether a configuration has lit-gpt's keys. */
  static boolean recognises(JsonObject json) {
    return json.node().has("n_query_groups") && json.node().has("block_size");
  }

  static TransformerShape read(JsonObject json, Family.StoredRows stored) {
    refuseOthers(json);
    HeadShape heads = HeadShape.read(json, KEYS);
    json.optionalInteger("head_size", heads.width(), heads.width());
    int vocabulary = json.integer("vocab_size", 2, 1 << 24);
    int multiple = json.optionalInteger("padding_multiple", 1, 1 << 20).orElse(512);
    int padded =
        json.optionalInteger("padded_vocab_size", vocabulary, 1 << 25)
            .orElse((vocabulary + multiple - 1) / multiple * multiple);
    return new TransformerShape(
        padded,
        padded + 1, // the mask has an embedding and no logit
        json.integer("n_embd", 1, HeadShape.MAX_WIDTH),
        json.integer("intermediate_size", 1, HeadShape.MAX_WIDTH),
        json.integer("n_layer", 1, 1024),
        heads.heads(),
        heads.keyValueHeads(),
        heads.width(),
        heads.rotaryLength(json, "block_size"),
        new TransformerShape.Norm.Rms(json.positive("norm_eps", 1e-5)),
        positions(json),
        TransformerShape.Mlp.GATED_SILU,
        TransformerShape.Biases.NONE,
        false);
  }

  private static TransformerShape.Positions positions(JsonObject json) {
    String type = json.optionalText("rope_cache_dtype").orElse("bfloat16");
    return new TransformerShape.Positions.Rotary(
        json.positive("rope_base", 10_000), type.equals("bfloat16"));
  }

  private static void refuseOthers(JsonObject json) {
    json.mustState("parallel_residual", false, "attention beside the MLP isn't supported");
    json.mustState("bias", false, "layers with biases aren't supported");
    json.mustBe("shared_attention_norm", false, "a norm for two blocks isn't supported");
    json.mustBe("rope_interleaved", false, "interleaved rotary halves aren't supported");
    json.mustBe("rope_cache_dtype", List.of("bfloat16", "float32"));
    json.mustState(either(json, "norm_class"), List.of("FusedRMSNorm", "RMSNorm"));
    json.mustState(either(json, "mlp_class"), List.of("LLaMAMLP"));
    if (json.positive("rotary_percentage", 0.25) != 1.0) {
      throw json.wrong("rotary_percentage", "1.0: heads turned whole");
    }
    if (json.positive("condense_ratio", 1) != 1.0) {
      throw json.wrong("condense_ratio", "1: positions aren't condensed");
    }
  }

  /** lit-gpt's own files write these keys with an underscore. */
  private static String either(JsonObject json, String key) {
    return json.node().has("_" + key) ? "_" + key : key;
  }
}
