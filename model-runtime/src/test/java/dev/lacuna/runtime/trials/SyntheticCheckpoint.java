package dev.lacuna.runtime.trials;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Writes a LLaMA-shaped checkpoint of random BF16 weights in shards, of any number of layers: for
 * trials of importing what is larger than the heap. Not a test; see docs/MODELS.md.
 *
 * <pre>
 * java -cp … dev.lacuna.runtime.trials.SyntheticCheckpoint FOLDER LAYERS
 * </pre>
 *
 * <p>28 layers make 6.0 GB.
 */
public final class SyntheticCheckpoint {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long HIDDEN = 3072;
  private static final long KEYS = 1024;
  private static final long INNER = 8192;
  private static final long VOCABULARY = 32_000;
  private static final int LAYERS_PER_SHARD = 5;

  private final Path folder;
  private final int layers;
  private final SplittableRandom random = new SplittableRandom(6);

  private SyntheticCheckpoint(Path folder, int layers) {
    this.folder = folder;
    this.layers = layers;
  }

  /** Writes the checkpoint. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    new SyntheticCheckpoint(folder, Integer.parseInt(args[1])).write();
  }

  private void write() throws IOException {
    List<Map<String, List<Long>>> shards = shards();
    ObjectNode index = JSON.createObjectNode();
    ObjectNode weightMap = index.putObject("weight_map");
    long bytes = 0;
    for (int i = 0; i < shards.size(); i++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      shards.get(i).keySet().forEach(tensor -> weightMap.put(tensor, name));
      bytes += writeShard(folder.resolve(name), shards.get(i));
    }
    index.putObject("metadata").put("total_size", bytes);
    Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
    Files.writeString(folder.resolve("config.json"), config().toString());
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer().toString());
    System.out.printf("%,d bytes of weights in %d shards%n", bytes, shards.size());
  }

  private ObjectNode config() {
    ObjectNode config = JSON.createObjectNode();
    config.put("model_type", "llama").put("hidden_act", "silu").put("torch_dtype", "bfloat16");
    config.put("vocab_size", VOCABULARY).put("hidden_size", HIDDEN).put("head_dim", 128);
    config.put("intermediate_size", INNER).put("num_hidden_layers", layers);
    config.put("num_attention_heads", HIDDEN / 128).put("num_key_value_heads", KEYS / 128);
    config.put("max_position_embeddings", 2048).put("tie_word_embeddings", false);
    return config.put("mask_token_id", 3).put("eos_token_id", 2).put("pad_token_id", 0);
  }

  private static ObjectNode tokenizer() {
    ObjectNode tokenizer = JSON.createObjectNode().put("version", "1.0");
    tokenizer.putObject("pre_tokenizer").put("type", "Whitespace");
    ObjectNode model = tokenizer.putObject("model").put("type", "WordLevel").put("unk_token", "t1");
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < VOCABULARY; id++) {
      vocabulary.put("t" + id, id);
    }
    return tokenizer;
  }

  private List<Map<String, List<Long>>> shards() {
    List<Map<String, List<Long>>> shards = new ArrayList<>();
    Map<String, List<Long>> ends = new LinkedHashMap<>();
    ends.put("model.embed_tokens.weight", List.of(VOCABULARY, HIDDEN));
    ends.put("model.norm.weight", List.of(HIDDEN));
    ends.put("lm_head.weight", List.of(VOCABULARY, HIDDEN));
    shards.add(ends);
    for (int layer = 0; layer < layers; layer++) {
      if (layer % LAYERS_PER_SHARD == 0) {
        shards.add(new LinkedHashMap<>());
      }
      Map<String, List<Long>> shard = shards.get(shards.size() - 1);
      String at = "model.layers." + layer + ".";
      shard.put(at + "input_layernorm.weight", List.of(HIDDEN));
      shard.put(at + "self_attn.q_proj.weight", List.of(HIDDEN, HIDDEN));
      shard.put(at + "self_attn.k_proj.weight", List.of(KEYS, HIDDEN));
      shard.put(at + "self_attn.v_proj.weight", List.of(KEYS, HIDDEN));
      shard.put(at + "self_attn.o_proj.weight", List.of(HIDDEN, HIDDEN));
      shard.put(at + "post_attention_layernorm.weight", List.of(HIDDEN));
      shard.put(at + "mlp.gate_proj.weight", List.of(INNER, HIDDEN));
      shard.put(at + "mlp.up_proj.weight", List.of(INNER, HIDDEN));
      shard.put(at + "mlp.down_proj.weight", List.of(HIDDEN, INNER));
    }
    return shards;
  }

  private long writeShard(Path file, Map<String, List<Long>> shapes) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "BF16");
      tensor.getValue().forEach(entry.putArray("shape")::add);
      long begin = end;
      end += Short.BYTES * tensor.getValue().stream().reduce(1L, (a, b) -> a * b);
      entry.putArray("data_offsets").add(begin).add(end);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.allocateDirect(8 << 20).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      buffer.putLong(json.length).put(json);
      for (long left = end; left > 0; left -= Short.BYTES) {
        if (!buffer.hasRemaining() || buffer.remaining() < Short.BYTES) {
          drain(buffer, out);
        }
        buffer.putShort(weight());
      }
      drain(buffer, out);
    }
    return end;
  }

  private static void drain(ByteBuffer buffer, FileChannel out) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
    buffer.clear();
  }

  /** A number of either sign, from 2^-8 to 2^-5, as bfloat16. */
  private short weight() {
    int bits = random.nextInt();
    int exponent = 119 + (bits >>> 8 & 3) % 3;
    return (short) (bits & 0x8000 | exponent << 7 | bits & 0x7f);
  }
}
