package dev.lacuna.runtime.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.Conventions;
import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.SpecialTokens;
import dev.lacuna.runtime.sampling.SamplingDefaults;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Decides a model's facts. An optional object {@code "lacuna"} in config.json states what Hugging
 * Face has no key for: {@code shift}, {@code ends_documents}, {@code default_steps}.
 *
 * @param json config.json
 * @param overrides what the user states
 * @param config the model's shape
 */
record FactReader(JsonObject json, FactOverrides overrides, LlamaConfig config) {

  private static final int DEFAULT_STEPS = 32;
  private static final int MAX_STEPS = 1 << 16;

  ModelFacts facts(String name, String revision, int tokens, Path tokenizer) {
    checkTokens(tokens, tokenizer);
    int mask = id("mask_token_id", overrides.maskToken());
    int end = id("eos_token_id", overrides.endToken());
    int pad =
        overrides.padToken().isPresent() || hasPadding()
            ? id("pad_token_id", overrides.padToken())
            : end;
    if (mask == end) {
      throw new CheckpointException(
          json.file(), "mask_token_id and eos_token_id are both " + mask + ", expected two ids");
    }
    Optional<JsonObject> own = json.optionalObject("lacuna");
    own.ifPresent(o -> o.allowOnly(Set.of("shift", "ends_documents", "default_steps")));
    Conventions plain = Conventions.PLAIN;
    return new ModelFacts(
        name,
        revision,
        "llama",
        config.vocabulary(),
        config.vocabulary(),
        tokens,
        new SpecialTokens(mask, SpecialTokens.NONE, end, pad),
        config.maxLength(),
        new Conventions(
            bool(own, "shift", overrides.shift(), false),
            plain.firstRow(),
            plain.noise(),
            bool(own, "ends_documents", overrides.endsDocuments(), true),
            plain.timestepEpsilon(),
            plain.filteredCertainty()),
        SamplingDefaults.plain(steps(own)),
        false);
  }

  private void checkTokens(int tokens, Path tokenizer) {
    if (tokens > config.vocabulary()) {
      throw new CheckpointException(
          tokenizer,
          "has token ids up to "
              + (tokens - 1)
              + ", expected ids below vocab_size, "
              + config.vocabulary()
              + ", of config.json");
    }
  }

  /** Some files state "none" as a negative id. */
  private boolean hasPadding() {
    JsonNode value = json.node().path("pad_token_id");
    return !value.isMissingNode() && !value.isNull() && !(value.isInt() && value.intValue() < 0);
  }

  private int id(String key, OptionalInt override) {
    if (override.isPresent()) {
      int id = override.getAsInt();
      if (id < 0 || id >= config.vocabulary()) {
        throw new CheckpointException(
            json.file(),
            key + " was given as " + id + ", expected 0 to " + (config.vocabulary() - 1));
      }
      return id;
    }
    JsonNode value = json.node().path(key);
    if (value.isArray() && !value.isEmpty()) {
      value = value.get(0); // Hugging Face allows several end tokens; the first one ends documents.
    }
    if (value.isMissingNode() || value.isNull()) {
      throw new CheckpointException(
          json.file(),
          key
              + " is missing, expected a token id; add it to config.json or state it in the"
              + " model's configuration");
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < 0
        || value.intValue() >= config.vocabulary()) {
      throw json.wrong(key, value, "a token id from 0 to " + (config.vocabulary() - 1));
    }
    return value.intValue();
  }

  private static boolean bool(
      Optional<JsonObject> own, String key, Optional<Boolean> override, boolean fallback) {
    return override.or(() -> own.flatMap(o -> o.optionalBool(key))).orElse(fallback);
  }

  private int steps(Optional<JsonObject> own) {
    if (overrides.defaultSteps().isPresent()) {
      return overrides.defaultSteps().getAsInt();
    }
    return own.map(o -> o.optionalInteger("default_steps", 1, MAX_STEPS))
        .orElse(OptionalInt.empty())
        .orElse(DEFAULT_STEPS);
  }
}
