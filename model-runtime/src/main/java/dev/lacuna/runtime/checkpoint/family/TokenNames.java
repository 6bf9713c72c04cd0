package dev.lacuna.runtime.checkpoint.family;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointJson;
import dev.lacuna.runtime.checkpoint.files.TokenizerFile;
import dev.lacuna.runtime.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Special tokens that the files beside config.json name: generation_config.json by id,
 * tokenizer_config.json and special_tokens_map.json by text.
 *
 * @param files those of the three that the folder has
 * @param tokenizer turns texts into ids
 */
public record TokenNames(List<JsonObject> files, TokenizerFile tokenizer) {

  private static final List<String> FILES =
      List.of("generation_config.json", "tokenizer_config.json", "special_tokens_map.json");

  /** Chat templates and lists of added tokens make some of these files large. */
  private static final long MAX_BYTES = 4 << 20;

  /** Reads the files that are there. */
  public static TokenNames read(Path folder, TokenizerFile tokenizer) {
    List<JsonObject> files = new ArrayList<>();
    for (String name : FILES) {
      if (Files.exists(folder.resolve(name))) {
        files.add(CheckpointJson.READER.read(folder.resolve(name), MAX_BYTES));
      }
    }
    return new TokenNames(files, tokenizer);
  }

  /** Paths of the files. */
  public List<Path> paths() {
    return files.stream().map(JsonObject::file).toList();
  }

  /**
   * The id of a special token; the first file that names one decides.
   *
   * @param role {@code mask}, {@code bos}, {@code eos} or {@code pad}
   */
  OptionalInt find(String role) {
    for (JsonObject file : files) {
      OptionalInt id = byId(file, role + "_token_id");
      if (id.isEmpty()) {
        id = byText(file, role + "_token");
      }
      if (id.isPresent()) {
        return id;
      }
    }
    return OptionalInt.empty();
  }

  /** Several end tokens are allowed; the first one ends documents. */
  private static OptionalInt byId(JsonObject file, String key) {
    JsonNode value = file.node().path(key);
    JsonNode one = value.isArray() ? value.path(0) : value;
    boolean usable = one.isIntegralNumber() && one.canConvertToInt() && one.intValue() >= 0;
    return usable ? OptionalInt.of(one.intValue()) : OptionalInt.empty();
  }

  /** A token is a text, or an object with the text as {@code content}. */
  private OptionalInt byText(JsonObject file, String key) {
    JsonNode value = file.node().path(key);
    JsonNode text = value.isObject() ? value.path("content") : value;
    if (!text.isTextual()) {
      return OptionalInt.empty();
    }
    OptionalInt id = tokenizer.idOf(text.textValue());
    if (id.isEmpty() && !key.equals("pad_token")) { // padding is hidden, any id will do
      throw file.wrong(key, text, "a token of " + tokenizer.path().getFileName());
    }
    return id;
  }
}
