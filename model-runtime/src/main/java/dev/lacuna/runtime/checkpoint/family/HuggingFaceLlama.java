package dev.lacuna.runtime.checkpoint.family;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.checkpoint.family.TransformerShape.Biases;
import dev.lacuna.runtime.json.JsonObject;
import java.util.List;

/** config.json of LLaMA-shaped models: LlamaConfig, and DreamConfig, which is Qwen2's. */
final class HuggingFaceLlama {

  private static final HeadShape.Keys KEYS =
      new HeadShape.Keys("hidden_size", "num_attention_heads", "num_key_value_heads", "head_dim");

  private HuggingFaceLlama() {}

  /** A LLaMA: no biases. */
  static TransformerShape plain(JsonObject json, Family.StoredRows stored) {
    return llama(json, stored, json.integer("vocab_size", 2, 1 << 24));
  }

  /** A LLaMA whose embedding may have grown by the tokens that were added to its tokenizer. */
  static TransformerShape resizable(JsonObject json, Family.StoredRows stored) {
    return llama(json, stored, stored.rows(json, "vocab_size"));
  }

  private static TransformerShape llama(JsonObject json, Family.StoredRows stored, int rows) {
    json.mustBe("attention_bias", false, "layers with biases aren't supported");
    json.mustBe("mlp_bias", false, "layers with biases aren't supported");
    json.mustBeAbsent("sliding_window", "attention over a window isn't supported");
    return read(json, stored, rows, Biases.NONE);
  }

  /** A Qwen2: biases of queries, keys and values; a window only where it is switched on. */
  static TransformerShape dream(JsonObject json, Family.StoredRows stored) {
    json.mustBe("use_sliding_window", false, "attention over a window isn't supported");
    json.mustBe("use_mrope", false, "rotary positions of several axes aren't supported");
    int rows = json.integer("vocab_size", 2, 1 << 24);
    return read(json, stored, rows, new Biases(true, false, false));
  }

  private static TransformerShape read(
      JsonObject json, Family.StoredRows stored, int rows, Biases biases) {
    json.mustBe("hidden_act", List.of("silu"));
    json.mustBeAbsent("rope_scaling", "scaled rotary positions aren't supported");
    json.mustBeAbsent("quantization_config", "quantized weights aren't supported");
    HeadShape heads = HeadShape.read(json, KEYS);
    return new TransformerShape(
        rows,
        rows,
        json.integer("hidden_size", 1, HeadShape.MAX_WIDTH),
        json.integer("intermediate_size", 1, HeadShape.MAX_WIDTH),
        json.integer("num_hidden_layers", 1, 1024),
        heads.heads(),
        heads.keyValueHeads(),
        heads.width(),
        heads.rotaryLength(json, "max_position_embeddings"),
        new TransformerShape.Norm.Rms(json.positive("rms_norm_eps", 1e-6)),
        new TransformerShape.Positions.Rotary(theta(json), false),
        TransformerShape.Mlp.GATED_SILU,
        biases,
        stored.tied(json, "tie_word_embeddings"));
  }

  /** Newer files keep the base of the frequencies in an object of its own. */
  private static double theta(JsonObject json) {
    JsonNode whole = json.node().path("rope_parameters");
    if (whole.isMissingNode() || whole.isNull()) {
      return json.positive("rope_theta", 10_000);
    }
    JsonObject parameters = json.optionalObject("rope_parameters").orElseThrow();
    parameters.mustBe("rope_type", List.of("default"));
    return parameters.positive("rope_theta", 10_000);
  }
}
