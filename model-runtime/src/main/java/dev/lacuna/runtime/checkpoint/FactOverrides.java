package dev.lacuna.runtime.checkpoint;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Facts that the user states because the checkpoint's files don't, or state otherwise. Empty means:
 * as in the files. The order is: these, the {@code lacuna} object of config.json, its other keys,
 * the family's defaults.
 *
 * @param maskToken id of the mask
 * @param endToken id that ends a document
 * @param padToken id for padding
 * @param shift whether position i is predicted from row i-1 of the logits
 * @param endsDocuments whether a canvas with a whole document ends with the end token
 * @param defaultSteps steps of a request that names none
 */
public record FactOverrides(
    OptionalInt maskToken,
    OptionalInt endToken,
    OptionalInt padToken,
    Optional<Boolean> shift,
    Optional<Boolean> endsDocuments,
    OptionalInt defaultSteps) {

  /** Everything as the files say. */
  public static final FactOverrides NONE =
      new FactOverrides(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty());

  /** These facts with another mask. */
  public FactOverrides withMaskToken(int id) {
    return new FactOverrides(
        OptionalInt.of(id), endToken, padToken, shift, endsDocuments, defaultSteps);
  }

  /** These facts with another end token. */
  public FactOverrides withEndToken(int id) {
    return new FactOverrides(
        maskToken, OptionalInt.of(id), padToken, shift, endsDocuments, defaultSteps);
  }

  /** These facts with another padding token. */
  public FactOverrides withPadToken(int id) {
    return new FactOverrides(
        maskToken, endToken, OptionalInt.of(id), shift, endsDocuments, defaultSteps);
  }

  /** These facts with or without the shift. */
  public FactOverrides withShift(boolean shifted) {
    return new FactOverrides(
        maskToken, endToken, padToken, Optional.of(shifted), endsDocuments, defaultSteps);
  }
}
