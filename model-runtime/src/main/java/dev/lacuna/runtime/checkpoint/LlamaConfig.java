package dev.lacuna.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Shape of a LLaMA-shaped transformer, by the names of Hugging Face's config.json.
 *
 * @param vocabulary rows of the embedding and width of the logits
 * @param hidden width of a position's state
 * @param intermediate width inside the MLP
 * @param layers number of layers
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides heads
 * @param headWidth width of one head; even, for the rotary halves
 * @param maxLength longest canvas in tokens
 * @param normEpsilon added to the mean square in RMSNorm
 * @param ropeTheta base of the rotary frequencies
 * @param tiedHead whether the vocabulary projection is the embedding
 */
public record LlamaConfig(
    int vocabulary,
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int keyValueHeads,
    int headWidth,
    int maxLength,
    double normEpsilon,
    double ropeTheta,
    boolean tiedHead) {

  /** Generous bounds that keep every product of two sizes within an int of bytes. */
  private static final int MAX_WIDTH = 1 << 20;

  /** Largest table of rotary angles: 64 MiB each of cosines and sines. */
  private static final long MAX_ANGLES = 1L << 25;

  /** Name of the embedding's tensor. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /** Name of the final norm's tensor. */
  public static final String FINAL_NORM = "model.norm.weight";

  /** Name of the vocabulary projection where it isn't tied. */
  public static final String HEAD = "lm_head.weight";

  /** Name of a layer's tensor: {@code part} as in {@code self_attn.q_proj}. */
  public static String layerTensor(int layer, String part) {
    return "model.layers." + layer + "." + part + ".weight";
  }

  static LlamaConfig of(JsonObject json, Weights weights) {
    refuseOtherArchitectures(json);
    int hidden = json.integer("hidden_size", 1, MAX_WIDTH);
    int heads = json.integer("num_attention_heads", 1, 4096);
    int keyValueHeads = json.optionalInteger("num_key_value_heads", 1, heads).orElse(heads);
    OptionalInt headWidth = json.optionalInteger("head_dim", 2, 4096);
    if (headWidth.isEmpty() && hidden % heads != 0) {
      throw json.wrong("hidden_size", json.node().get("hidden_size"), "a multiple of " + heads);
    }
    LlamaConfig config =
        new LlamaConfig(
            json.integer("vocab_size", 2, 1 << 24),
            hidden,
            json.integer("intermediate_size", 1, MAX_WIDTH),
            json.integer("num_hidden_layers", 1, 1024),
            heads,
            keyValueHeads,
            headWidth.orElse(hidden / heads),
            json.integer("max_position_embeddings", 1, 1 << 20),
            json.positive("rms_norm_eps", 1e-6),
            json.positive("rope_theta", 10_000),
            tiedHead(json, weights));
    config.checkHeads(json);
    return config;
  }

  private void checkHeads(JsonObject json) {
    if (heads % keyValueHeads != 0) {
      throw json.wrong(
          "num_key_value_heads",
          json.node().get("num_key_value_heads"),
          "a divisor of num_attention_heads, " + heads);
    }
    if (headWidth % 2 != 0) {
      throw new CheckpointException(
          json.file(), "a head is " + headWidth + " wide, expected an even width (head_dim)");
    }
    if ((long) maxLength * headWidth > MAX_ANGLES) {
      throw json.wrong(
          "max_position_embeddings",
          json.node().get("max_position_embeddings"),
          "at most " + MAX_ANGLES / headWidth + " for heads " + headWidth + " wide");
    }
  }

  private static boolean tiedHead(JsonObject json, Weights weights) {
    Optional<Boolean> stated = json.optionalBool("tie_word_embeddings");
    if (stated.isPresent() && !stated.get() && !weights.has(HEAD)) {
      throw new CheckpointException(
          json.file(),
          "tie_word_embeddings is false, but the weights hold no tensor "
              + HEAD
              + "; expected the tensor or true");
    }
    return stated.orElse(!weights.has(HEAD));
  }

  private static void refuseOtherArchitectures(JsonObject json) {
    requireText(json, "model_type", "llama");
    requireText(json, "hidden_act", "silu");
    for (String key : List.of("attention_bias", "mlp_bias")) {
      if (json.optionalBool(key).orElse(false)) {
        throw json.wrong(key, json.node().get(key), "false: layers with biases aren't supported");
      }
    }
    JsonNode scaling = json.node().path("rope_scaling");
    if (!scaling.isMissingNode() && !scaling.isNull()) {
      throw json.wrong("rope_scaling", scaling, "null: scaled rotary positions aren't supported");
    }
  }

  private static void requireText(JsonObject json, String key, String expected) {
    Optional<String> found = json.optionalText(key);
    if (found.isPresent() && !found.get().equals(expected)) {
      throw json.wrong(key, json.node().get(key), "\"" + expected + "\", the one supported");
    }
  }

  /** Every tensor of the architecture with its shape, rows first. */
  public Map<String, List<Long>> tensors() {
    long width = hidden;
    long queries = (long) heads * headWidth;
    long keys = (long) keyValueHeads * headWidth;
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put(EMBEDDING, List.of((long) vocabulary, width));
    for (int layer = 0; layer < layers; layer++) {
      shapes.put(layerTensor(layer, "input_layernorm"), List.of(width));
      shapes.put(layerTensor(layer, "self_attn.q_proj"), List.of(queries, width));
      shapes.put(layerTensor(layer, "self_attn.k_proj"), List.of(keys, width));
      shapes.put(layerTensor(layer, "self_attn.v_proj"), List.of(keys, width));
      shapes.put(layerTensor(layer, "self_attn.o_proj"), List.of(width, queries));
      shapes.put(layerTensor(layer, "post_attention_layernorm"), List.of(width));
      shapes.put(layerTensor(layer, "mlp.gate_proj"), List.of((long) intermediate, width));
      shapes.put(layerTensor(layer, "mlp.up_proj"), List.of((long) intermediate, width));
      shapes.put(layerTensor(layer, "mlp.down_proj"), List.of(width, (long) intermediate));
    }
    shapes.put(FINAL_NORM, List.of(width));
    if (!tiedHead) {
      shapes.put(HEAD, List.of((long) vocabulary, width));
    }
    return shapes;
  }
}
