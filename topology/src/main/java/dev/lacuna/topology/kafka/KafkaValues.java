package dev.lacuna.topology.kafka;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What Kafka's own definitions say of a setting, before a client is made of it: clients read values
 * late, name them without their place, and pass over names that they don't know.
 */
public final class KafkaValues {
  private static final List<String> CONSUMERS =
      List.of("main.consumer.", "restore.consumer.", "global.consumer.", "consumer.");
  private static final String TOPIC = "topic.";

  private KafkaValues() {}

  /**
   * What is wrong with a value.
   *
   * @param name in Kafka's words; a prefix says for which client it is
   * @return a sentence without the name, or nothing if a client takes the value or none defines it
   */
  public static Optional<String> fault(String name, String value) {
    String bare = bare(name);
    return definitions(name).stream()
        .map(definition -> definition.configKeys().get(bare))
        .filter(key -> key != null)
        .map(key -> fault(key, value))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> fault(ConfigDef.ConfigKey key, String value) {
    try {
      Object parsed = ConfigDef.parseType(key.name, value, key.type);
      if (key.validator != null) {
        key.validator.ensureValid(key.name, parsed);
      }
      return Optional.empty();
    } catch (ConfigException refused) {
      String message = String.valueOf(refused.getMessage());
      int why = message.indexOf(": ");
      return Optional.of(why < 0 ? message : message.substring(why + 2));
    }
  }

  /** Whether some client defines the setting; those of plug-ins are defined by none. */
  public static boolean isDefined(String name) {
    return name.startsWith(TOPIC)
        || definitions(name).stream().anyMatch(one -> one.configKeys().containsKey(bare(name)));
  }

  /** All names that are defined, without prefixes. */
  public static List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    definitions("").forEach(one -> names.addAll(one.configKeys().keySet()));
    return List.copyOf(names);
  }

  private static List<ConfigDef> definitions(String name) {
    if (CONSUMERS.stream().anyMatch(name::startsWith)) {
      return List.of(ConsumerConfig.configDef());
    }
    if (name.startsWith("producer.")) {
      return List.of(ProducerConfig.configDef());
    }
    if (name.startsWith("admin.")) {
      return List.of(AdminClientConfig.configDef());
    }
    return List.of(
        StreamsConfig.configDef(),
        ConsumerConfig.configDef(),
        ProducerConfig.configDef(),
        AdminClientConfig.configDef());
  }

  private static String bare(String name) {
    return StreamsSettings.bare(name);
  }
}
