package dev.lacuna.benchmarks.cluster;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.models.ModelSet;

/** Loads models that a worker can load too. */
public final class Models {

  private Models() {}

  /** Loads the models of a configuration; a refusal is an {@link IllegalArgumentException}. */
  public static ModelSet load(Config config) {
    Checked<ModelSet> models = ModelSet.load(config);
    if (models instanceof Checked.Refused<ModelSet> refused) {
      throw new IllegalArgumentException(refused.refusal().message());
    }
    return ((Checked.Valid<ModelSet>) models).value();
  }
}
