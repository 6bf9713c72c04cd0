package dev.lacuna.runtime.checkpoint.manifest;

import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.SpecialTokens;
import java.nio.file.Path;

/** Whether a model's facts, as a file states them, can be true together. */
public final class FactChecks {

  private FactChecks() {}

  /**
   * Checks facts.
   *
   * @param file where they come from, for messages
   * @throws CheckpointException for ids beyond the embedding, or a mask where there must be none
   */
  public static void check(Path file, ModelFacts facts) {
    SpecialTokens special = facts.special();
    checkId(file, "special.mask", special.mask(), facts.embeddings());
    checkId(file, "special.start", special.start(), facts.embeddings());
    checkId(file, "special.end", special.end(), facts.vocabulary());
    checkId(file, "special.pad", special.pad(), facts.embeddings());
    if (facts.tokens() > facts.embeddings()) {
      throw new CheckpointException(
          file,
          "the tokenizer has ids up to "
              + (facts.tokens() - 1)
              + ", expected ids below the embedding's "
              + facts.embeddings()
              + " rows");
    }
    boolean uniform = facts.conventions().noise() == Conventions.Noise.UNIFORM;
    if (special.hasMask() == uniform) {
      throw new CheckpointException(
          file,
          uniform
              ? "special.mask is " + special.mask() + ", expected null with uniform noise"
              : "special.mask is null, expected an id: blanks of absorbing noise hold the mask");
    }
    if (special.hasMask() && special.mask() == special.end()) {
      throw new CheckpointException(
          file, "special.mask and special.end are both " + special.mask() + ", expected two ids");
    }
  }

  private static void checkId(Path file, String key, int id, int limit) {
    if (id != SpecialTokens.NONE && (id < 0 || id >= limit)) {
      throw new CheckpointException(
          file, key + " is " + id + ", expected an id from 0 to " + (limit - 1));
    }
  }
}
