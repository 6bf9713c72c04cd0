package dev.lacuna.topology.intake;

import dev.lacuna.runtime.GenerationModel;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.topology.outbox.Clip;
import dev.lacuna.topology.process.ErrorCodes;
import dev.lacuna.topology.process.ModelCatalog;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the model that a request names. */
final class ModelChoice {

  private ModelChoice() {}

  /** The model of a name, or why there is none. */
  static Checked<GenerationModel> of(ModelCatalog models, String name) {
    Optional<GenerationModel> model = models.find(name);
    if (model.isPresent()) {
      return Checked.valid(model.get());
    }
    Optional<String> reason = models.unavailable(name);
    if (reason.isPresent()) {
      return Checked.refused(
          ErrorCodes.MODEL_UNAVAILABLE,
          "model",
          "Model "
              + Clip.quote(name)
              + " can't be loaded here ("
              + reason.get()
              + "): have it mended and send the request again, or name one of "
              + named(models)
              + ".");
    }
    return Checked.refused(
        ErrorCodes.UNKNOWN_MODEL,
        "model",
        "Model " + Clip.quote(name) + " is not served here: name one of " + named(models) + ".");
  }

  /** All names in order: {@code [a, b (unavailable)]}. */
  private static TreeSet<String> named(ModelCatalog models) {
    TreeSet<String> names = new TreeSet<>();
    for (String name : models.names()) {
      names.add(models.unavailable(name).isPresent() ? name + " (unavailable)" : name);
    }
    return names;
  }
}
