package dev.lacuna.runtime.facts;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Facts that the user states because the checkpoint's files don't, or state otherwise. Empty means:
 * as in the files. The order is: these, the {@code lacuna} object of the configuration, its other
 * keys, generation_config.json, tokenizer_config.json, the family's defaults.
 *
 * @param family name of the family: llama, diffugpt, diffullama, smdm, llada, dream or sundae
 * @param config text of the configuration, in place of config.json or lit_config.json
 * @param maskToken id of the mask; {@link SpecialTokens#NONE} for none, which only families take
 *     whose blanks start from noise
 * @param startToken id that stands before a document; {@link SpecialTokens#NONE} for none
 * @param endToken id that ends a document; {@link SpecialTokens#NONE} for none
 * @param padToken id for padding
 * @param shift whether position i is predicted from row i-1 of the logits
 * @param endsDocuments whether a canvas with a whole document ends with the end token
 * @param defaultSteps steps of a request that names none
 * @param canvasLimit longest canvas in tokens; at most what the model has positions for
 */
public record FactOverrides(
    Optional<String> family,
    Optional<String> config,
    OptionalInt maskToken,
    OptionalInt startToken,
    OptionalInt endToken,
    OptionalInt padToken,
    Optional<Boolean> shift,
    Optional<Boolean> endsDocuments,
    OptionalInt defaultSteps,
    OptionalInt canvasLimit) {

  /** Everything as the files say. */
  public static final FactOverrides NONE =
      new FactOverrides(
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty());

  /** These facts with another family. */
  public FactOverrides withFamily(String name) {
    return new FactOverrides(
        Optional.of(name),
        config,
        maskToken,
        startToken,
        endToken,
        padToken,
        shift,
        endsDocuments,
        defaultSteps,
        canvasLimit);
  }

  /** These facts with a configuration that isn't read from the folder. */
  public FactOverrides withConfig(String json) {
    return new FactOverrides(
        family,
        Optional.of(json),
        maskToken,
        startToken,
        endToken,
        padToken,
        shift,
        endsDocuments,
        defaultSteps,
        canvasLimit);
  }

  /** These facts with another mask. */
  public FactOverrides withMaskToken(int id) {
    return withTokens(OptionalInt.of(id), startToken, endToken, padToken);
  }

  /** These facts with another token before each document. */
  public FactOverrides withStartToken(int id) {
    return withTokens(maskToken, OptionalInt.of(id), endToken, padToken);
  }

  /** These facts with another end token. */
  public FactOverrides withEndToken(int id) {
    return withTokens(maskToken, startToken, OptionalInt.of(id), padToken);
  }

  /** These facts with another padding token. */
  public FactOverrides withPadToken(int id) {
    return withTokens(maskToken, startToken, endToken, OptionalInt.of(id));
  }

  private FactOverrides withTokens(
      OptionalInt mask, OptionalInt start, OptionalInt end, OptionalInt pad) {
    return new FactOverrides(
        family, config, mask, start, end, pad, shift, endsDocuments, defaultSteps, canvasLimit);
  }

  /** These facts with or without the shift. */
  public FactOverrides withShift(boolean shifted) {
    return withHabits(Optional.of(shifted), endsDocuments, defaultSteps, canvasLimit);
  }

  /** These facts with another number of steps by default. */
  public FactOverrides withDefaultSteps(int steps) {
    return withHabits(shift, endsDocuments, OptionalInt.of(steps), canvasLimit);
  }

  /** These facts with shorter canvases. */
  public FactOverrides withCanvasLimit(int tokens) {
    return withHabits(shift, endsDocuments, defaultSteps, OptionalInt.of(tokens));
  }

  private FactOverrides withHabits(
      Optional<Boolean> shifted, Optional<Boolean> ends, OptionalInt steps, OptionalInt limit) {
    return new FactOverrides(
        family, config, maskToken, startToken, endToken, padToken, shifted, ends, steps, limit);
  }
}
