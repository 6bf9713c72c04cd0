package dev.lacuna.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    SplittableRandom random = new SplittableRandom(7);
    new LlamaWeights(HIDDEN, FEED_FORWARD, 1, VOCABULARY)
        .write(folder.resolve("model.safetensors"), () -> (random.nextDouble() - 0.5) * 0.6);
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
}
