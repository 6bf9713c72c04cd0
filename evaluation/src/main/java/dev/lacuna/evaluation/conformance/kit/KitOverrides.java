package dev.lacuna.evaluation.conformance.kit;

import dev.lacuna.runtime.facts.FactOverrides;

/** What a kit's manifest says of a model and the model's own files don't. */
public final class KitOverrides {

  private KitOverrides() {}

  /** What the kit states of a model beyond its own files. */
  public static FactOverrides of(KitModel model) {
    FactOverrides facts = FactOverrides.NONE.withFamily(model.family());
    if (model.maskToken().isPresent()) {
      facts = facts.withMaskToken(model.maskToken().getAsInt());
    }
    if (model.manifest().has("shift")) {
      facts = facts.withShift(model.manifest().bool("shift"));
    }
    // Checkpoints of this family are published without a configuration.
    return model.manifest().has("model")
        ? facts.withConfig(model.manifest().object("model").node().toString())
        : facts;
  }
}
