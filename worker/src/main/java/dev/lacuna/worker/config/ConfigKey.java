package dev.lacuna.worker.config;

import java.util.Locale;
import java.util.function.Supplier;

/**
 * One configuration key.
 *
 * @param name as it stands in a file, for example {@code accepted.max}
 * @param type what its value can be
 * @param defaultText the default in the documentation's table
 * @param defaultValue the value where no source names the key
 * @param help one sentence or two
 * @param <T> the value's class
 */
public record ConfigKey<T>(
    String name,
    ValueType<T> type,
    String defaultText,
    Supplier<? extends T> defaultValue,
    String help) {

  /** A key whose default is written like a value. */
  static <T> ConfigKey<T> of(String name, ValueType<T> type, String defaultText, String help) {
    T value =
        type.parse(defaultText)
            .orElseThrow(() -> new IllegalArgumentException(name + ": default is out of bounds"));
    return new ConfigKey<>(name, type, defaultText, () -> value, help);
  }

  /** A key whose default depends on the machine; {@code defaultText} says how. */
  static <T> ConfigKey<T> computed(
      String name,
      ValueType<T> type,
      String defaultText,
      Supplier<? extends T> defaultValue,
      String help) {
    return new ConfigKey<>(name, type, defaultText, defaultValue, help);
  }

  /** Name of the environment variable that sets the key: {@code LACUNA_ACCEPTED_MAX}. */
  public String environmentName() {
    return ConfigKeys.ENVIRONMENT_PREFIX + name.replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
