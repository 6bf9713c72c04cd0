package dev.lacuna.worker.config;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Holds keys that are passed through to Kafka against Kafka's own definitions of them. */
final class KafkaKeys {
  private static final ConfigDef CONSUMER = ConsumerConfig.configDef();
  private static final ConfigDef PRODUCER = ProducerConfig.configDef();
  private static final ConfigDef ADMIN = AdminClientConfig.configDef();

  /** Without a prefix a setting is for Kafka Streams or for every client that knows it. */
  private static final List<ConfigDef> ANY =
      List.of(StreamsConfig.configDef(), CONSUMER, PRODUCER, ADMIN);

  /** Definitions of what stands behind a prefix; the longer prefixes come first. */
  private static final Map<String, List<ConfigDef>> BY_PREFIX = byPrefix();

  private static final String TOPIC_PREFIX = "topic.";

  /** Settings of topics are defined by the broker; the clients know their names alone. */
  private static final Set<String> TOPIC_NAMES = topicNames();

  private KafkaKeys() {}

  private static Map<String, List<ConfigDef>> byPrefix() {
    Map<String, List<ConfigDef>> prefixes = new LinkedHashMap<>();
    prefixes.put("main.consumer.", List.of(CONSUMER));
    prefixes.put("restore.consumer.", List.of(CONSUMER));
    prefixes.put("global.consumer.", List.of(CONSUMER));
    prefixes.put("consumer.", List.of(CONSUMER));
    prefixes.put("producer.", List.of(PRODUCER));
    prefixes.put("admin.", List.of(ADMIN));
    return prefixes;
  }

  private static Set<String> topicNames() {
    Set<String> names = new TreeSet<>();
    for (Field field : TopicConfig.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getName().endsWith("_CONFIG")) {
        try {
          names.add((String) field.get(null));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("a public constant can't be read", e);
        }
      }
    }
    return names;
  }

  /**
   * Why the value is impossible, without the value, which may be a secret: {@code Not a number of
   * type INT}; empty if it is possible or Kafka doesn't know the key.
   *
   * @param key without {@code kafka.}
   */
  static Optional<String> problem(String key, String value) {
    String name = bare(key);
    for (ConfigDef definitions : definitions(key)) {
      ConfigDef.ConfigKey definition = definitions.configKeys().get(name);
      if (definition != null) {
        try {
          Object parsed = ConfigDef.parseType(name, value, definition.type);
          if (definition.validator != null) {
            definition.validator.ensureValid(name, parsed);
          }
        } catch (ConfigException e) {
          return Optional.of(reason(name, e));
        }
      }
    }
    return Optional.empty();
  }

  /** Kafka's sentence is {@code Invalid value abc for configuration name: reason}. */
  private static String reason(String name, ConfigException refused) {
    String text = String.valueOf(refused.getMessage());
    String before = " for configuration " + name + ": ";
    int at = text.lastIndexOf(before);
    return at < 0 ? text : text.substring(at + before.length());
  }

  /** Whether Kafka or Kafka Streams has a setting of this name, its prefix apart. */
  static boolean isKnown(String key) {
    return names(key).contains(bare(key));
  }

  /** The key that was probably meant, its prefix included. */
  static Optional<String> nearest(String key) {
    String bare = bare(key);
    String prefix = key.substring(0, key.length() - bare.length());
    return NearestName.of(bare, names(key)).map(name -> prefix + name);
  }

  private static Set<String> names(String key) {
    return key.startsWith(TOPIC_PREFIX)
        ? TOPIC_NAMES
        : definitions(key).stream()
            .flatMap(definitions -> definitions.names().stream())
            .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<ConfigDef> definitions(String key) {
    if (key.startsWith(TOPIC_PREFIX)) {
      return List.of();
    }
    return prefix(key).map(BY_PREFIX::get).orElse(ANY);
  }

  private static String bare(String key) {
    if (key.startsWith(TOPIC_PREFIX)) {
      return key.substring(TOPIC_PREFIX.length());
    }
    return key.substring(prefix(key).map(String::length).orElse(0));
  }

  private static Optional<String> prefix(String key) {
    return BY_PREFIX.keySet().stream().filter(key::startsWith).findFirst();
  }
}
