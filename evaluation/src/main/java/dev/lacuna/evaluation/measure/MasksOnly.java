package dev.lacuna.evaluation.measure;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.facts.ModelFacts;

/** Which models have measures of one forward pass. */
final class MasksOnly {

  private MasksOnly() {}

  /** Id of the mask, or a refusal for a family that has none. */
  static Checked<Integer> check(ModelFacts facts) {
    if (facts.special().hasMask() && !facts.replacesTokens()) {
      return Checked.valid(facts.maskToken());
    }
    return Checked.refused(
        RefusalCodes.UNSUPPORTED,
        "model",
        ("model '%s' starts blanks from uniform random tokens: the canvas does not say which tokens"
                + " are noise, so the bound of masked diffusion and the accuracy of one forward pass"
                + " do not apply to it; compare such models by the accuracy of their runs.")
            .formatted(facts.name()));
  }
}
