package dev.lacuna.worker.config;

import java.util.List;

/** Outcome of reading a configuration. */
public sealed interface ConfigReading {

  /**
   * Everything is known and within bounds.
   *
   * @param warnings values that work but that a person should know about
   */
  record Loaded(Config config, List<String> warnings) implements ConfigReading {}

  /**
   * Something is unknown or impossible.
   *
   * @param problems one line each: source, key, value found, bounds, cure
   */
  record Invalid(List<String> problems) implements ConfigReading {}
}
