package dev.lacuna.runtime.checkpoint.family;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.files.TokenizerFile;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SamplingDefaults;
import dev.lacuna.runtime.json.JsonObject;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Decides a model's facts. An optional object {@code "lacuna"} in the configuration states what
 * Hugging Face has no key for: {@code family}, {@code shift}, {@code ends_documents}, {@code
 * default_steps}, {@code canvas_limit}, and the ids of special tokens that should differ.
 *
 * @param json the configuration
 * @param overrides what the user states
 * @param family the model's family
 * @param shape the model's shape
 */
public record FactReader(
    JsonObject json, FactOverrides overrides, Family family, TransformerShape shape) {

  /** Key of our own object. */
  static final String OWN = "lacuna";

  private static final Set<String> KEYS =
      Set.of(
          "family",
          "shift",
          "ends_documents",
          "default_steps",
          "canvas_limit",
          "mask_token_id",
          "bos_token_id",
          "eos_token_id",
          "pad_token_id");

  private static final int MAX_STEPS = 1 << 16;

  /** The facts, as stated by the user, the files or the family, in this order. */
  public ModelFacts facts(String name, String revision, TokenNames names) {
    Optional<JsonObject> own = json.optionalObject(OWN);
    own.ifPresent(o -> o.allowOnly(KEYS));
    checkTokens(names.tokenizer());
    return new ModelFacts(
        name,
        revision,
        family.name(),
        shape.vocabulary(),
        shape.embeddings(),
        names.tokenizer().tokens(),
        new SpecialTokenReader(json, own, overrides, names, family.tokens(), shape).read(),
        canvasLimit(own),
        conventions(own),
        defaults(own),
        false);
  }

  private void checkTokens(TokenizerFile tokenizer) {
    if (tokenizer.tokens() > shape.vocabulary()) {
      throw new CheckpointException(
          tokenizer.path(),
          "has token ids up to "
              + (tokenizer.tokens() - 1)
              + ", expected ids below vocab_size, "
              + shape.vocabulary()
              + ", of "
              + json.file().getFileName());
    }
  }

  private int canvasLimit(Optional<JsonObject> own) {
    int most = Math.min(shape.maxLength(), family.canvasLimit());
    if (overrides.canvasLimit().isPresent()) {
      int limit = overrides.canvasLimit().getAsInt();
      if (limit < 1 || limit > shape.maxLength()) {
        throw new CheckpointException(
            json.file(),
            "the canvas limit was given as " + limit + ", expected 1 to " + shape.maxLength());
      }
      return limit;
    }
    return own.map(o -> o.optionalInteger("canvas_limit", 1, shape.maxLength()))
        .orElse(OptionalInt.empty())
        .orElse(most);
  }

  private Conventions conventions(Optional<JsonObject> own) {
    Conventions usual = family.conventions();
    return new Conventions(
        bool(own, "shift", overrides.shift(), usual.shift()),
        usual.firstRow(),
        usual.noise(),
        bool(own, "ends_documents", overrides.endsDocuments(), usual.endsDocuments()),
        usual.timestepEpsilon(),
        usual.filteredCertainty());
  }

  private static boolean bool(
      Optional<JsonObject> own, String key, Optional<Boolean> override, boolean fallback) {
    return override.or(() -> own.flatMap(o -> o.optionalBool(key))).orElse(fallback);
  }

  private SamplingDefaults defaults(Optional<JsonObject> own) {
    SamplingDefaults usual = family.defaults();
    OptionalInt stated =
        overrides.defaultSteps().isPresent()
            ? overrides.defaultSteps()
            : own.map(o -> o.optionalInteger("default_steps", 1, MAX_STEPS))
                .orElse(OptionalInt.empty());
    return new SamplingDefaults(
        stated.orElse(usual.steps()),
        usual.order(),
        usual.schedule(),
        usual.temperature(),
        usual.topP());
  }
}
