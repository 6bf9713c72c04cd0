package dev.lacuna.benchmarks.step;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.check.Checked;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A checkpoint of the demo model's shape in other sizes, with random weights: what a larger model
 * would take can be measured without having one. Heads are 64 wide, the MLP 11/4 of the hidden
 * size, the head is tied.
 *
 * @param hidden hidden size, a multiple of 64
 * @param layers layers
 * @param vocabulary tokens
 */
public record RandomCheckpoint(int hidden, int layers, int vocabulary) {

  private static final int HEAD_WIDTH = 64;
  private static final int HIDDEN_MAX = 8192;
  private static final int LAYERS_MAX = 128;
  private static final int VOCABULARY_DEFAULT = 4096;
  private static final int VOCABULARY_MAX = 1 << 20;
  private static final int VOCABULARY_MIN = 8;
  private static final int LENGTH_MAX = 4096;
  private static final float DEVIATION = 0.02f; // as LLaMA's weights begin
  private static final int BUFFER_BYTES = 1 << 20;
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern SIZES =
      Pattern.compile("([0-9]{1,9})x([0-9]{1,9})(?:x([0-9]{1,9}))?");

  /**
   * Reads {@code HIDDENxLAYERS} or {@code HIDDENxLAYERSxVOCABULARY}.
   *
   * @param option name of the option, for the refusal
   */
  public static Checked<RandomCheckpoint> parse(String option, String text) {
    Matcher sizes = SIZES.matcher(text);
    if (!sizes.matches()) {
      return refused(
          option,
          "is '%s'; write HIDDENxLAYERS or HIDDENxLAYERSxVOCABULARY, such as 768x12"
              .formatted(text));
    }
    int hidden = Integer.parseInt(sizes.group(1));
    int layers = Integer.parseInt(sizes.group(2));
    int vocabulary = sizes.group(3) == null ? VOCABULARY_DEFAULT : Integer.parseInt(sizes.group(3));
    if (hidden < HEAD_WIDTH || hidden > HIDDEN_MAX || hidden % HEAD_WIDTH != 0) {
      return refused(
          option,
          "has a hidden size of %d; it must be a multiple of %d, up to %d"
              .formatted(hidden, HEAD_WIDTH, HIDDEN_MAX));
    }
    if (layers < 1 || layers > LAYERS_MAX) {
      return refused(option, "has %d layers; there must be 1 to %d".formatted(layers, LAYERS_MAX));
    }
    if (vocabulary < VOCABULARY_MIN || vocabulary > VOCABULARY_MAX) {
      return refused(
          option,
          "has a vocabulary of %d; it must be from %d to %d"
              .formatted(vocabulary, VOCABULARY_MIN, VOCABULARY_MAX));
    }
    return Checked.valid(new RandomCheckpoint(hidden, layers, vocabulary));
  }

  private static Checked<RandomCheckpoint> refused(String option, String message) {
    return Checked.refused("INVALID_CONFIGURATION", option, option + " " + message);
  }

  /** Such as {@code random-768x12x4096}. */
  public String name() {
    return "random-" + hidden + "x" + layers + "x" + vocabulary;
  }

  /**
   * Writes the files.
   *
   * @param folder exists and is empty
   */
  public void write(Path folder) throws IOException {
    ObjectNode config = JSON.createObjectNode();
    config.put("model_type", "llama");
    config.put("hidden_size", hidden);
    config.put("intermediate_size", intermediate());
    config.put("num_hidden_layers", layers);
    config.put("num_attention_heads", hidden / HEAD_WIDTH);
    config.put("num_key_value_heads", hidden / HEAD_WIDTH);
    config.put("hidden_act", "silu");
    config.put("max_position_embeddings", LENGTH_MAX);
    config.put("tie_word_embeddings", true);
    config.put("vocab_size", vocabulary);
    config.put("pad_token_id", 0);
    config.put("eos_token_id", 1);
    config.put("mask_token_id", 2);
    Files.writeString(folder.resolve("config.json"), config.toString());
    // Nothing is tokenized; the file says how many tokens there are.
    ObjectNode tokenizer = JSON.createObjectNode();
    tokenizer.putObject("model").put("type", "BPE").putObject("vocab").put("t", vocabulary - 1);
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    writeWeights(folder.resolve("model.safetensors"));
  }

  private int intermediate() {
    return hidden * 11 / 4;
  }

  /** Names and shapes of the tensors, as Hugging Face's LLaMA has them. */
  private Map<String, int[]> tensors() {
    Map<String, int[]> tensors = new LinkedHashMap<>();
    tensors.put("model.embed_tokens.weight", new int[] {vocabulary, hidden});
    for (int layer = 0; layer < layers; layer++) {
      String prefix = "model.layers." + layer + ".";
      tensors.put(prefix + "input_layernorm.weight", new int[] {hidden});
      for (String part : new String[] {"q", "k", "v", "o"}) {
        tensors.put(prefix + "self_attn." + part + "_proj.weight", new int[] {hidden, hidden});
      }
      tensors.put(prefix + "post_attention_layernorm.weight", new int[] {hidden});
      tensors.put(prefix + "mlp.gate_proj.weight", new int[] {intermediate(), hidden});
      tensors.put(prefix + "mlp.up_proj.weight", new int[] {intermediate(), hidden});
      tensors.put(prefix + "mlp.down_proj.weight", new int[] {hidden, intermediate()});
    }
    tensors.put("model.norm.weight", new int[] {hidden});
    return tensors;
  }

  /** Safetensors: length of the header, the header, then the tensors' numbers one after another. */
  private void writeWeights(Path file) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    long end = 0;
    for (Map.Entry<String, int[]> tensor : tensors().entrySet()) {
      long begin = end;
      end += elements(tensor.getValue()) * Float.BYTES;
      ObjectNode entry = header.putObject(tensor.getKey());
      entry.put("dtype", "F32");
      entry.set("shape", JSON.valueToTree(tensor.getValue()));
      entry.putArray("data_offsets").add(begin).add(end);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(1);
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      flush(buffer.putLong(json.length), out);
      flush(ByteBuffer.wrap(json).position(json.length), out);
      for (int[] shape : tensors().values()) {
        boolean gain = shape.length == 1;
        for (long left = elements(shape); left > 0; left--) {
          float drawn = (random.nextFloat() * 2 - 1) * DEVIATION * 1.73f; // deviation × √3
          buffer.putFloat(gain ? 1 : drawn);
          if (!buffer.hasRemaining()) {
            flush(buffer, out);
          }
        }
      }
      flush(buffer, out);
    }
  }

  private static long elements(int[] shape) {
    long elements = 1;
    for (int dimension : shape) {
      elements *= dimension;
    }
    return elements;
  }

  private static void flush(ByteBuffer buffer, FileChannel out) throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
    buffer.clear();
  }
}
