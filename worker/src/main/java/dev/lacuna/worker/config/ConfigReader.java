package dev.lacuna.worker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Merges sources, later ones first, and checks what they say.
 *
 * <p>Threading: used by the thread that creates it.
 */
public final class ConfigReader {

  /** Keys that are no more, or would undo what the worker relies on, and what to do instead. */
  private static final Map<String, String> RESERVED =
      Map.of(
          "requests.topic", "set 'requests.topics' instead, which takes a list of topics",
          "kafka.bootstrap.servers", "set 'bootstrap.servers' instead",
          "kafka.application.id", "set 'application.id' instead",
          "kafka.num.stream.threads", "set 'stream.threads' instead",
          "kafka.state.dir", "set 'state.dir' instead",
          "kafka.replication.factor", "set 'topics.replication.factor' instead",
          "kafka.topic.min.insync.replicas", "set 'topics.min.insync.replicas' instead",
          "kafka.processing.guarantee", "remove it: the worker always uses exactly_once_v2");

  private final Map<ConfigKey<?>, Object> values = new HashMap<>();
  private final Map<String, String> kafka = new TreeMap<>();
  private final Map<String, String> registry = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private ConfigReader() {}

  /**
   * Reads a configuration.
   *
   * @param sources weakest first
   */
  public static ConfigReading read(List<ConfigSource> sources) {
    ConfigReader reader = new ConfigReader();
    for (ConfigSource source : sources) {
      source.entries().forEach((key, value) -> reader.accept(source.labelOf(key), key, value));
    }
    if (!reader.problems.isEmpty()) {
      return new ConfigReading.Invalid(reader.problems);
    }
    Config config = new Config(reader.values, reader.kafka, reader.registry);
    ConfigRelations relations = ConfigRelations.of(config);
    reader.warnings.addAll(relations.warnings());
    return relations.problems().isEmpty()
        ? new ConfigReading.Loaded(config, reader.warnings)
        : new ConfigReading.Invalid(relations.problems());
  }

  private void accept(String label, String name, String value) {
    Optional<ConfigKey<?>> known =
        ConfigKeys.all().stream().filter(key -> key.name().equals(name)).findFirst();
    if (known.isPresent()) {
      parse(label, known.get(), value);
    } else if (RESERVED.containsKey(name)) {
      problems.add(label + ": '" + name + "' can't be set: " + RESERVED.get(name));
    } else if (isBelow(ConfigKeys.KAFKA_PREFIX, name)) {
      acceptKafka(label, name.substring(ConfigKeys.KAFKA_PREFIX.length()), value.strip());
    } else if (isBelow(ConfigKeys.REGISTRY_PREFIX, name)) {
      registry.put(name, value.strip());
    } else {
      problems.add(unknown(label, name));
    }
  }

  /** What no client of Kafka's knows may be for a plug-in, such as an interceptor. */
  private void acceptKafka(String label, String key, String value) {
    String name = ConfigKeys.KAFKA_PREFIX + key;
    kafka.put(key, value);
    KafkaKeys.problem(key, value)
        .ifPresent(
            reason ->
                problems.add(
                    "%s: %s = '%s' is impossible: %s".formatted(label, name, value, reason)));
    if (!KafkaKeys.isKnown(key)) {
      Optional<String> nearest = KafkaKeys.nearest(key);
      if (nearest.isPresent()) {
        problems.add(
            "%s: Kafka has no setting '%s'; the nearest that it has is '%s%s'"
                .formatted(label, name, ConfigKeys.KAFKA_PREFIX, nearest.get()));
      } else {
        warnings.add(
            "%s: Kafka has no setting '%s': it has an effect only if a plug-in reads it"
                .formatted(label, name));
      }
    }
  }

  private void parse(String label, ConfigKey<?> key, String text) {
    Optional<?> value = key.type().parse(text);
    if (value.isPresent()) {
      values.put(key, value.get());
    } else {
      problems.add(
          "%s: %s = '%s' is impossible: it must be %s (default: %s)"
              .formatted(label, key.name(), text, key.type().bounds(), key.defaultText()));
    }
  }

  private static String unknown(String label, String name) {
    List<String> names = ConfigKeys.all().stream().map(ConfigKey::name).toList();
    String hint =
        NearestName.of(name, names)
            .map(nearest -> "; the nearest known key is '%s'".formatted(nearest))
            .orElse("");
    return "%s: unknown key '%s'%s ('lacuna config table' lists all)".formatted(label, name, hint);
  }

  private static boolean isBelow(String prefix, String name) {
    return name.startsWith(prefix) && name.length() > prefix.length();
  }
}
