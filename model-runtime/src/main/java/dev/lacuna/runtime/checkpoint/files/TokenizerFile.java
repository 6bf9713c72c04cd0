package dev.lacuna.runtime.checkpoint.files;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.json.JsonObject;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the loader needs of a Hugging Face tokenizer.json: how many ids stand for a token, and the
 * id of a token by its text.
 */
public final class TokenizerFile {

  private static final long MAX_BYTES = 64 << 20;

  private final Path path;
  private final JsonNode vocabulary;
  private final JsonNode added;
  private final int tokens;

  private TokenizerFile(JsonObject json) {
    path = json.file();
    vocabulary = json.node().path("model").path("vocab");
    added = json.node().path("added_tokens");
    tokens = count(json);
  }

  /** Reads and checks the file. */
  public static TokenizerFile read(Path file) {
    return new TokenizerFile(CheckpointJson.READER.read(file, MAX_BYTES));
  }

  /** Where it lies. */
  public Path path() {
    return path;
  }

  /** One more than the highest id of the vocabulary and the added tokens. */
  public int tokens() {
    return tokens;
  }

  /**
   * The id of a token.
   *
   * @param content as the file has it: of an added token its text, otherwise the vocabulary's key
   */
  public OptionalInt idOf(String content) {
    for (JsonNode token : added) {
      if (token.path("content").asText("").equals(content)) {
        return OptionalInt.of(token.path("id").intValue());
      }
    }
    if (vocabulary.isObject()) {
      JsonNode id = vocabulary.path(content);
      return id.isMissingNode() ? OptionalInt.empty() : OptionalInt.of(id.intValue());
    }
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.get(id).path(0).asText("").equals(content)) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /** How the token of an id stands in the file, if there is one. */
  public Optional<String> textOf(int id) {
    for (JsonNode token : added) {
      if (token.path("id").asInt(-1) == id) {
        return Optional.of(token.path("content").asText(""));
      }
    }
    if (vocabulary.isArray()) {
      return Optional.ofNullable(vocabulary.get(id)).map(piece -> piece.path(0).asText(""));
    }
    Iterator<Map.Entry<String, JsonNode>> tokens = vocabulary.fields();
    while (tokens.hasNext()) {
      Map.Entry<String, JsonNode> token = tokens.next();
      if (token.getValue().asInt(-1) == id) {
        return Optional.of(token.getKey());
      }
    }
    return Optional.empty();
  }

  private int count(JsonObject json) {
    long highest = -1;
    if (vocabulary.isObject()) {
      for (JsonNode id : vocabulary) {
        highest = Math.max(highest, id(json, "model.vocab", id));
      }
    } else if (vocabulary.isArray()) {
      highest = vocabulary.size() - 1L;
    } else {
      throw new CheckpointException(path, "model.vocab is missing, expected the tokens");
    }
    for (JsonNode token : added) {
      highest = Math.max(highest, id(json, "added_tokens.id", token.path("id")));
    }
    return Math.toIntExact(highest + 1);
  }

  private static int id(JsonObject json, String where, JsonNode id) {
    if (!id.isIntegralNumber()
        || !id.canConvertToInt()
        || id.intValue() < 0
        || id.intValue() == Integer.MAX_VALUE) {
      throw json.wrong(where, id, "token ids, whole numbers from 0");
    }
    return id.intValue();
  }
}
