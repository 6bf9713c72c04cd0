package dev.lacuna.worker.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * What a configuration value can be.
 *
 * @param label the type in the documentation's table, for example {@code integer}
 * @param bounds completes "must be …", for example {@code an integer from 1 to 256}
 * @param parser the value of a text, or empty where the text is outside the bounds
 * @param <T> the value's class
 */
public record ValueType<T>(String label, String bounds, Function<String, Optional<T>> parser) {

  /** The value of a text with its surrounding blanks removed, or empty where it is impossible. */
  public Optional<T> parse(String text) {
    return parser.apply(text.strip());
  }
}
