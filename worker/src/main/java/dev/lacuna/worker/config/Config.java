package dev.lacuna.worker.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A checked configuration: every value is within its bounds and every key is known.
 *
 * <p>Threading: immutable.
 */
public final class Config {
  private final Map<ConfigKey<?>, Object> values;
  private final Map<String, String> kafka;
  private final Map<String, String> registry;

  Config(
      Map<ConfigKey<?>, Object> values, Map<String, String> kafka, Map<String, String> registry) {
    this.values = new HashMap<>(values);
    this.kafka = new TreeMap<>(kafka);
    this.registry = new TreeMap<>(registry);
  }

  /** The key's value, or its default. */
  @SuppressWarnings("unchecked") // ConfigReader puts a value that the key's own type parsed.
  public <T> T get(ConfigKey<T> key) {
    Object value = values.get(key);
    return value == null ? key.defaultValue().get() : (T) value;
  }

  /** Whether some source names the key. */
  public boolean isSet(ConfigKey<?> key) {
    return values.containsKey(key);
  }

  /** Settings for Kafka's clients and Streams, bootstrap servers included, without the prefix. */
  public Map<String, String> kafka() {
    Map<String, String> settings = new TreeMap<>(kafka);
    settings.put("bootstrap.servers", get(ConfigKeys.BOOTSTRAP_SERVERS));
    return settings;
  }

  /** Settings for the registry's client under their whole names, the URL included. */
  public Map<String, String> registry() {
    Map<String, String> settings = new TreeMap<>(registry);
    settings.put(ConfigKeys.SCHEMA_REGISTRY_URL.name(), get(ConfigKeys.SCHEMA_REGISTRY_URL));
    return settings;
  }

  /** Names of the request topics; the first is the one to send to. */
  public List<String> requestTopics() {
    return get(ConfigKeys.REQUESTS_TOPICS).stream().map(TopicCap::topic).toList();
  }

  /** All topics of the wire contract. */
  public List<String> topics() {
    return Stream.concat(
            requestTopics().stream(), ConfigKeys.singleTopics().stream().map(this::get))
        .toList();
  }

  /** Model of a request that names none. */
  public String defaultModel() {
    Map<String, Path> models = get(ConfigKeys.MODEL_DIR);
    return isSet(ConfigKeys.DEFAULT_MODEL)
        ? get(ConfigKeys.DEFAULT_MODEL)
        : models.keySet().iterator().next();
  }

  /** Replicas that must have a record before it counts as written. */
  public int minInsyncReplicas() {
    int asked = get(ConfigKeys.TOPICS_MIN_INSYNC_REPLICAS);
    return isSet(ConfigKeys.TOPICS_MIN_INSYNC_REPLICAS)
        ? asked
        : Math.min(asked, get(ConfigKeys.TOPICS_REPLICATION_FACTOR));
  }
}
