package dev.lacuna.topology;

import dev.lacuna.runtime.GenerationModel;
import java.util.Optional;
import java.util.Set;

/** The models that this worker serves. */
public interface ModelCatalog {

  /** The model of this name. */
  Optional<GenerationModel> find(String name);

  /** All names, for error messages. */
  Set<String> names();
}
