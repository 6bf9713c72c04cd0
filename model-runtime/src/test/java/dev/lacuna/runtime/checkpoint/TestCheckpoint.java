package dev.lacuna.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes a random LLaMA-shaped checkpoint whose parts a test may change before they are written.
 */
public final class TestCheckpoint {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** config.json. */
  public final ObjectNode config = JSON.createObjectNode();

  /** tokenizer.json. */
  public final ObjectNode tokenizer = JSON.createObjectNode();

  /** Header of model.safetensors. */
  public final ObjectNode header = JSON.createObjectNode();

  /** Data of model.safetensors. */
  public byte[] data;

  private TestCheckpoint() {}

  /**
   * A checkpoint of two layers.
   *
   * @param vocabulary at least 4: 0 pads, 1 ends, 2 is the mask, and the last id has no token
   * @param hidden a multiple of 4
   */
  public static TestCheckpoint of(int vocabulary, int hidden) {
    TestCheckpoint checkpoint = new TestCheckpoint();
    checkpoint.config.put("model_type", "llama").put("vocab_size", vocabulary);
    checkpoint.config.put("hidden_size", hidden).put("intermediate_size", 2 * hidden);
    checkpoint.config.put("num_hidden_layers", 2).put("num_attention_heads", 4);
    checkpoint.config.put("num_key_value_heads", 2).put("max_position_embeddings", 256);
    checkpoint.config.put("pad_token_id", 0).put("eos_token_id", 1).put("mask_token_id", 2);
    checkpoint.config.put("tie_word_embeddings", true);
    ObjectNode tokens = checkpoint.tokenizer.putObject("model").putObject("vocab");
    for (int id = 0; id < vocabulary - 1; id++) {
      tokens.put("t" + id, id);
    }
    checkpoint.writeTensors(vocabulary, hidden);
    return checkpoint;
  }

  private void writeTensors(long vocabulary, long hidden) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", List.of(vocabulary, hidden));
    for (int layer = 0; layer < 2; layer++) {
      String at = "model.layers." + layer + ".";
      shapes.put(at + "input_layernorm.weight", List.of(hidden));
      shapes.put(at + "self_attn.q_proj.weight", List.of(hidden, hidden));
      shapes.put(at + "self_attn.k_proj.weight", List.of(hidden / 2, hidden));
      shapes.put(at + "self_attn.v_proj.weight", List.of(hidden / 2, hidden));
      shapes.put(at + "self_attn.o_proj.weight", List.of(hidden, hidden));
      shapes.put(at + "post_attention_layernorm.weight", List.of(hidden));
      shapes.put(at + "mlp.gate_proj.weight", List.of(2 * hidden, hidden));
      shapes.put(at + "mlp.up_proj.weight", List.of(2 * hidden, hidden));
      shapes.put(at + "mlp.down_proj.weight", List.of(hidden, 2 * hidden));
    }
    shapes.put("model.norm.weight", List.of(hidden));
    Random random = new Random(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    shapes.forEach((name, shape) -> writeTensor(name, shape, random, out));
    data = out.toByteArray();
  }

  private void writeTensor(
      String name, List<Long> shape, Random random, ByteArrayOutputStream out) {
    int elements = shape.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
    ByteBuffer bytes = ByteBuffer.allocate(elements * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat((float) random.nextGaussian() * (shape.size() == 1 ? 1f : 0.3f));
    }
    ObjectNode entry = header.putObject(name).put("dtype", "F32");
    shape.forEach(entry.putArray("shape")::add);
    ArrayNode offsets = entry.putArray("data_offsets").add(out.size());
    out.writeBytes(bytes.array());
    offsets.add(out.size());
  }

  /** Header entry of a tensor. */
  public ObjectNode tensor(String name) {
    return (ObjectNode) header.get(name);
  }

  /** Writes all three files. */
  public Path write(Path folder) {
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer weights =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    weights.putLong(json.length).put(json).put(data);
    try {
      Files.writeString(folder.resolve("config.json"), config.toString());
      Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
      Files.write(folder.resolve("model.safetensors"), weights.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }
}
