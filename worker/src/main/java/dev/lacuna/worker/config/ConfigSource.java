package dev.lacuna.worker.config;

import dev.lacuna.console.FileProblem;
import dev.lacuna.runtime.check.Checked;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * One place where configuration stands, before any check.
 *
 * @param label how errors name it
 * @param entries values by key
 */
public record ConfigSource(String label, Map<String, String> entries) {

  private static final String ENVIRONMENT = "environment";

  /** Variables with the prefix that set no key: they are for the launcher. */
  private static final List<String> LAUNCHER_VARIABLES = List.of("LACUNA_JAVA_OPTS", "LACUNA_GPU");

  /** A properties file in UTF-8. */
  public static Checked<ConfigSource> file(Path path) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      return unreadable(FileProblem.of(path.toString(), e));
    } catch (IllegalArgumentException e) {
      return unreadable(path + " is no properties file: " + e.getMessage());
    }
    Map<String, String> entries = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> entries.put(key, properties.getProperty(key)));
    return Checked.valid(new ConfigSource(path.toString(), entries));
  }

  private static Checked<ConfigSource> unreadable(String problem) {
    return Checked.refused("UNREADABLE", "--config", "the configuration file " + problem);
  }

  /** The {@code --set} options. */
  public static ConfigSource options(Map<String, String> entries) {
    return new ConfigSource("--set", new LinkedHashMap<>(entries));
  }

  /**
   * The variables that begin with {@code LACUNA_}. Pass-through keys are lower-cased, with dots for
   * underscores: {@code LACUNA_KAFKA_SASL_MECHANISM} is {@code kafka.sasl.mechanism}. What
   * Kubernetes sets for a service whose name begins with {@code lacuna} is left out.
   */
  public static ConfigSource environment(Map<String, String> variables) {
    Map<String, String> names = new TreeMap<>();
    ConfigKeys.all().forEach(key -> names.put(key.environmentName(), key.name()));
    Map<String, String> entries = new TreeMap<>();
    variables.forEach(
        (variable, value) -> {
          if (variable.startsWith(ConfigKeys.ENVIRONMENT_PREFIX)
              && !LAUNCHER_VARIABLES.contains(variable)
              && (names.containsKey(variable) || !ServiceLinks.isOne(variable, value))) {
            entries.put(names.getOrDefault(variable, dotted(variable)), value);
          }
        });
    return new ConfigSource(ENVIRONMENT, entries);
  }

  /** How errors name the place of a key: for the environment with the variable. */
  String labelOf(String key) {
    return label.equals(ENVIRONMENT)
        ? ENVIRONMENT
            + " variable "
            + ConfigKeys.ENVIRONMENT_PREFIX
            + key.toUpperCase(Locale.ROOT).replace('.', '_')
        : label;
  }

  private static String dotted(String variable) {
    return variable
        .substring(ConfigKeys.ENVIRONMENT_PREFIX.length())
        .toLowerCase(Locale.ROOT)
        .replace('_', '.');
  }
}
