package dev.lacuna.evaluation.conformance;

import java.util.Locale;

/**
 * What became of one case.
 *
 * @param model the model's name in the kit
 * @param name the case's name, unique among those of the model and kind
 * @param outcome whether all is as recorded
 * @param worst largest difference from a recorded number that was seen, whatever its unit: logits,
 *     confidences, probabilities; NaN where only tokens or texts were compared
 * @param reason what differed first; empty for a case that passed
 */
public record CaseResult(
    String model, CaseKind kind, String name, Outcome outcome, double worst, String reason) {

  /** Whether a case went as recorded. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** The kit leaves it out. */
    SKIPPED;

    /** The name in JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it failed. */
  public boolean failed() {
    return outcome == Outcome.FAILED;
  }
}
