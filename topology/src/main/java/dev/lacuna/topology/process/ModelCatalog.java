package dev.lacuna.topology.process;

import dev.lacuna.runtime.GenerationModel;
import java.util.Optional;
import java.util.Set;

/** The models that this worker serves. */
public interface ModelCatalog {

  /** The model of this name. */
  Optional<GenerationModel> find(String name);

  /** All names, those of models that are unavailable too, for error messages. */
  Set<String> names();

  /**
   * Why a model that should be served here can't be, in a few words for somebody outside; empty for
   * one that is served, and for one that nobody knows.
   */
  default Optional<String> unavailable(String name) {
    return Optional.empty();
  }
}
