package dev.lacuna.evaluation.conformance.kit;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.lacuna.runtime.json.JsonObject;
import dev.lacuna.runtime.natives.ModelNatives;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A tokenizer file as it is, special tokens and all, without truncation or padding.
 *
 * <p>Threading: used by one thread.
 */
public final class ReferenceTokenizer implements AutoCloseable {

  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

  private final HuggingFaceTokenizer tokenizer;
  private final Set<Integer> special;

  /** Ids and tokens of a text. */
  public record Encoded(int[] ids, List<String> tokens) {}

  private ReferenceTokenizer(HuggingFaceTokenizer tokenizer, Set<Integer> special) {
    this.tokenizer = tokenizer;
    this.special = special;
  }

  /**
   * Loads a file.
   *
   * @throws KitException if it can't be used
   */
  public static ReferenceTokenizer load(Path file) {
    Set<Integer> special = new HashSet<>();
    for (JsonObject token : KitFile.json(file).objects("added_tokens")) {
      if (token.node().path("special").asBoolean()) {
        special.add(token.integer("id"));
      }
    }
    ModelNatives.prepareTokenizers();
    try {
      return new ReferenceTokenizer(HuggingFaceTokenizer.newInstance(file, OPTIONS), special);
    } catch (IOException | RuntimeException e) {
      throw new KitException(file, "can't be used as a tokenizer: " + e.getMessage(), e);
    }
  }

  /** The tokens of a text, with those that the tokenizer adds or without. */
  public Encoded encode(String text, boolean withSpecialTokens) {
    Encoding encoding = tokenizer.encode(text, withSpecialTokens, false);
    return new Encoded(
        Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray(),
        List.of(encoding.getTokens()));
  }

  /** The text of tokens, special ones left out. */
  public String decode(int[] ids) {
    return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  /** Whether an id is that of a special token. */
  public boolean isSpecial(int id) {
    return special.contains(id);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
