package dev.lacuna.runtime.checkpoint.family;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.safetensors.Weights;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.json.JsonObject;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What tells one family of models from another: a declaration over the blocks that all share. See
 * {@link Families} for those that are known.
 *
 * @param name name of the family, as {@code lacuna.family} of config.json states it
 * @param shapes reads and checks the configuration
 * @param layouts under which names its checkpoints store weights; several where several tools wrote
 *     them
 * @param harmless name endings of tensors that a checkpoint may hold beside the weights, because
 *     they follow from the configuration
 * @param tokens which special tokens it has and where its files name them
 * @param canvasLimit longest canvas that it was trained on, where the configuration says more;
 *     {@link Integer#MAX_VALUE} otherwise
 * @param conventions how it was trained and is sampled
 * @param defaults settings of a request that names none
 */
public record Family(
    String name,
    ShapeReader shapes,
    List<WeightLayout> layouts,
    List<String> harmless,
    Tokens tokens,
    int canvasLimit,
    Conventions conventions,
    SamplingDefaults defaults) {

  /** Reads a family's configuration. */
  public interface ShapeReader {

    /**
     * The shape that a configuration describes.
     *
     * @throws CheckpointException for a value that is missing, or that the graph would get wrong
     */
    TransformerShape read(JsonObject json, StoredRows stored);
  }

  /**
   * What a configuration can't say alone.
   *
   * @param embedding rows of the stored embedding; empty if the checkpoint has none
   * @param head whether the checkpoint stores a head of its own
   */
  public record StoredRows(OptionalLong embedding, boolean head) {

    /**
     * Rows of the embedding: as stored, where tokens were added to the model after the
     * configuration was written.
     */
    int rows(JsonObject json, String key) {
      int stated = json.integer(key, 2, 1 << 24);
      boolean resized = embedding.isPresent() && embedding.getAsLong() > stated;
      return resized ? (int) Math.min(embedding.getAsLong(), 1 << 24) : stated;
    }

    /**
     * Whether the vocabulary projection is the embedding; unsaid, what the weights hold decides.
     */
    boolean tied(JsonObject json, String key) {
      return json.optionalBool(key).orElse(!head);
    }
  }

  /**
   * Which special tokens a family has.
   *
   * @param mask whether blanks hold a mask before they are predicted
   * @param namedByTokenizer whether tokens may be named by tokenizer_config.json and its kin,
   *     rather than by config.json alone
   * @param begins whether its sampler puts the token for the beginning of a text before a document
   * @param maskBeyond key of the configuration whose value is the mask's id where no file names
   *     one; empty for none
   * @param needsEnd whether a checkpoint without an end token is refused
   */
  record Tokens(
      boolean mask, boolean namedByTokenizer, boolean begins, String maskBeyond, boolean needsEnd) {

    /** The mask's id where no file names one. */
    OptionalInt maskBeyond(JsonObject json) {
      return maskBeyond.isEmpty()
          ? OptionalInt.empty()
          : json.optionalInteger(maskBeyond, 0, Integer.MAX_VALUE);
    }
  }

  /** The layout that most of a checkpoint's names fit. */
  public WeightLayout layoutOf(Weights weights) {
    WeightLayout best = layouts.get(0);
    for (WeightLayout layout : layouts) {
      if (layout.matches(weights::has) > best.matches(weights::has)) {
        best = layout;
      }
    }
    return best;
  }
}
