package dev.lacuna.runtime.checkpoint.family;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.SpecialTokens;
import dev.lacuna.runtime.json.JsonObject;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Decides a model's special tokens. The first that names one decides: the user, the {@code lacuna}
 * object, the configuration, and, where the family allows it, the files of the tokenizer.
 *
 * @param json the configuration
 * @param own its {@code lacuna} object
 * @param overrides what the user states
 * @param names what the files beside it say
 * @param rules which tokens the family has
 * @param shape bounds of ids
 */
record SpecialTokenReader(
    JsonObject json,
    Optional<JsonObject> own,
    FactOverrides overrides,
    TokenNames names,
    Family.Tokens rules,
    TransformerShape shape) {

  SpecialTokens read() {
    int mask = mask();
    int end = end();
    if (mask != SpecialTokens.NONE && mask == end) {
      throw new CheckpointException(
          json.file(), "mask_token_id and eos_token_id are both " + mask + ", expected two ids");
    }
    int pad =
        find("pad", overrides.padToken(), shape.embeddings())
            .orElse(end == SpecialTokens.NONE ? 0 : end);
    if (pad == SpecialTokens.NONE) {
      throw new CheckpointException(
          json.file(), "pad_token_id was given as -1, expected 0 to " + (shape.embeddings() - 1));
    }
    return new SpecialTokens(mask, start(), end, pad);
  }

  private int mask() {
    if (!rules.mask() && overrides.maskToken().isEmpty()) {
      return SpecialTokens.NONE;
    }
    OptionalInt found = find("mask", overrides.maskToken(), shape.embeddings());
    if (found.isEmpty()) {
      found = rules.maskBeyond(json);
    }
    return found.orElseThrow(
        () ->
            missing(
                "mask_token_id",
                rules.namedByTokenizer()
                    ? "; no file of the tokenizer names a mask_token either"
                    : "; if the model is DiffuLLaMA or SUNDAE, whose files look the same, state"
                        + " {\"lacuna\": {\"family\": \"diffullama\"}} or \"sundae\" there, or import it"
                        + " with --family"));
  }

  private int end() {
    OptionalInt found = find("eos", overrides.endToken(), shape.vocabulary());
    if (found.isEmpty() && rules.needsEnd()) {
      throw missing("eos_token_id", "");
    }
    return found.orElse(SpecialTokens.NONE);
  }

  private int start() {
    boolean begins =
        rules.begins()
            || overrides.startToken().isPresent()
            || own.map(o -> o.node().has("bos_token_id")).orElse(false);
    return begins
        ? find("bos", overrides.startToken(), shape.embeddings()).orElse(SpecialTokens.NONE)
        : SpecialTokens.NONE;
  }

  private CheckpointException missing(String key, String hint) {
    return new CheckpointException(
        json.file(),
        key
            + " is missing, expected a token id; add it to "
            + json.file().getFileName()
            + " or state it in the model's configuration"
            + hint);
  }

  private OptionalInt find(String role, OptionalInt override, int limit) {
    String key = role + "_token_id";
    if (override.isPresent()) {
      int id = override.getAsInt();
      if (id != SpecialTokens.NONE && (id < 0 || id >= limit)) {
        throw new CheckpointException(
            json.file(), key + " was given as " + id + ", expected 0 to " + (limit - 1));
      }
      return override;
    }
    OptionalInt id = own.map(o -> stated(o, key, limit)).orElse(OptionalInt.empty());
    if (id.isEmpty()) {
      id = stated(json, key, limit);
    }
    if (id.isEmpty() && rules.namedByTokenizer()) {
      id = names.find(role);
      id.ifPresent(found -> checkNamed(role, found, limit));
    }
    return id;
  }

  private void checkNamed(String role, int id, int limit) {
    if (id >= limit) {
      throw new CheckpointException(
          names.tokenizer().path(),
          "the "
              + role
              + " token named beside it has id "
              + id
              + ", expected 0 to "
              + (limit - 1)
              + " from "
              + json.file().getFileName());
    }
  }

  /** Some files state "none" as a negative id, which only a mask can't be. */
  private static OptionalInt stated(JsonObject object, String key, int limit) {
    JsonNode value = object.node().path(key);
    if (value.isArray() && !value.isEmpty()) {
      value = value.get(0); // Hugging Face allows several end tokens; the first ends documents.
    }
    boolean none = value.isMissingNode() || value.isNull();
    if (none || (!key.startsWith("mask") && value.isInt() && value.intValue() < 0)) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 0
        || value.intValue() >= limit) {
      throw object.wrong(key, value, "a token id from 0 to " + (limit - 1));
    }
    return OptionalInt.of(value.intValue());
  }
}
