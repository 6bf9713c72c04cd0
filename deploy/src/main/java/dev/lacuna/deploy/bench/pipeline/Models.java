package dev.lacuna.deploy.bench.pipeline;

import dev.lacuna.deploy.config.Config;
import dev.lacuna.deploy.models.ModelSet;
import dev.lacuna.runtime.check.Checked;

/** Loads models that a worker can load too. */
final class Models {

  private Models() {}

  static ModelSet load(Config config) {
    Checked<ModelSet> models = ModelSet.load(config);
    if (models instanceof Checked.Refused<ModelSet> refused) {
      throw new IllegalArgumentException(refused.refusal().message());
    }
    return ((Checked.Valid<ModelSet>) models).value();
  }
}
