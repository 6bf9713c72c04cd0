package dev.lacuna.testbed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a checkpoint folder of the demo model's kind and tokenizer with one layer of hidden size
 * 32 and seeded random weights: a step takes about a millisecond, so that whoever looks at the
 * pipeline doesn't wait for arithmetic.
 */
public final class TinyCheckpoint {

  private static final int HIDDEN = 32;
  private static final int HEADS = 2;
  private static final int FEED_FORWARD = 64;
  private static final int VOCABULARY = 4096;
  private static final int CANVAS = 256;

  private TinyCheckpoint() {}

  /**
   * Writes the checkpoint.
   *
   * @param folder may exist
   * @param demoModel lends its tokenizer
   */
  public static Path write(Path folder, Path demoModel) throws IOException {
    Files.createDirectories(folder);
    Files.copy(
        demoModel.resolve("tokenizer.json"),
        folder.resolve("tokenizer.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(folder.resolve("config.json"), config());
    writeWeights(folder.resolve("model.safetensors"));
    return folder;
  }

  private static String config() {
    return """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": %d,
         "intermediate_size": %d, "num_hidden_layers": 1, "num_attention_heads": %d,
         "num_key_value_heads": %d, "head_dim": %d, "hidden_act": "silu",
         "max_position_embeddings": %d, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
         "tie_word_embeddings": true, "vocab_size": %d, "attention_bias": false,
         "pad_token_id": 0, "eos_token_id": 1, "mask_token_id": 2, "torch_dtype": "float32"}
        """
        .formatted(HIDDEN, FEED_FORWARD, HEADS, HEADS, HIDDEN / HEADS, CANVAS, VOCABULARY);
  }

  private static Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", new int[] {VOCABULARY, HIDDEN});
    for (String name : new String[] {"q_proj", "k_proj", "v_proj", "o_proj"}) {
      shapes.put("model.layers.0.self_attn." + name + ".weight", new int[] {HIDDEN, HIDDEN});
    }
    shapes.put("model.layers.0.mlp.gate_proj.weight", new int[] {FEED_FORWARD, HIDDEN});
    shapes.put("model.layers.0.mlp.up_proj.weight", new int[] {FEED_FORWARD, HIDDEN});
    shapes.put("model.layers.0.mlp.down_proj.weight", new int[] {HIDDEN, FEED_FORWARD});
    shapes.put("model.layers.0.input_layernorm.weight", new int[] {HIDDEN});
    shapes.put("model.layers.0.post_attention_layernorm.weight", new int[] {HIDDEN});
    shapes.put("model.norm.weight", new int[] {HIDDEN});
    return shapes;
  }

  private static void writeWeights(Path file) throws IOException {
    StringBuilder header = new StringBuilder("{");
    int offset = 0;
    for (Map.Entry<String, int[]> tensor : shapes().entrySet()) {
      int bytes = count(tensor.getValue()) * Float.BYTES;
      header
          .append(offset == 0 ? "" : ",")
          .append(
              "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(
                      tensor.getKey(), Arrays.toString(tensor.getValue()), offset, offset + bytes));
      offset += bytes;
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer data = ByteBuffer.allocate(8 + json.length + offset).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(json.length).put(json);
    SplittableRandom random = new SplittableRandom(7);
    for (int[] shape : shapes().values()) {
      for (int i = count(shape); i > 0; i--) {
        data.putFloat(shape.length == 1 ? 1f : (float) ((random.nextDouble() - 0.5) * 0.6));
      }
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(data.array());
    }
  }

  private static int count(int[] shape) {
    int count = 1;
    for (int dimension : shape) {
      count *= dimension;
    }
    return count;
  }
}
