package dev.lacuna.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/** What the loader needs of a Hugging Face tokenizer.json: how many ids stand for a token. */
public final class TokenizerFile {

  private static final long MAX_BYTES = 256L << 20;

  private TokenizerFile() {}

  /** One more than the highest id of the vocabulary and the added tokens. */
  public static int tokens(Path file) {
    JsonObject json = JsonFile.read(file, MAX_BYTES);
    JsonNode vocabulary = json.node().path("model").path("vocab");
    long highest = -1;
    if (vocabulary.isObject()) {
      for (JsonNode id : vocabulary) {
        highest = Math.max(highest, id(json, "model.vocab", id));
      }
    } else if (vocabulary.isArray()) {
      highest = vocabulary.size() - 1L;
    } else {
      throw new CheckpointException(file, "model.vocab is missing, expected the tokens");
    }
    for (JsonNode added : json.node().path("added_tokens")) {
      highest = Math.max(highest, id(json, "added_tokens.id", added.path("id")));
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
