package dev.lacuna.benchmarks.step;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.testbed.LlamaWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    Random random = new Random(1);
    new LlamaWeights(hidden, intermediate(), layers, vocabulary)
        .write(
            folder.resolve("model.safetensors"),
            () -> (random.nextFloat() * 2 - 1) * DEVIATION * 1.73f); // deviation × √3
  }

  private int intermediate() {
    return hidden * 11 / 4;
  }
}
