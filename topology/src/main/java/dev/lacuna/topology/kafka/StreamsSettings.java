package dev.lacuna.topology.kafka;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.topology.host.KafkaNatives;
import dev.lacuna.topology.process.StartupException;
import dev.lacuna.topology.process.TopologySettings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Kafka settings of the worker: the user's own, our defaults beneath them, and those that the
 * guarantees rest on, which can't be changed.
 */
public final class StreamsSettings {
  /** Code of a refused setting. */
  public static final String REFUSED = "INVALID_SETTING";

  private static final String TOPIC_PREFIX = "topic.";

  /** Prefixes that give a setting to one client alone. */
  private static final List<String> PREFIXES =
      List.of(
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "consumer.",
          "producer.",
          "admin.");

  /** The guarantees rest on these; the same value may be repeated, another is refused. */
  private static final Map<String, String> FIXED = fixed();

  /** These have no value under which the guarantees hold. */
  private static final Map<String, String> FORBIDDEN = forbidden();

  private static final long TRANSACTION_TIMEOUT_MIN_MILLIS = 30_000;
  private static final long TRANSACTION_TIMEOUT_MAX_MILLIS = 60_000;
  private static final long PRODUCER_BUFFER_MIN_BYTES = 32L * 1024 * 1024;

  private StreamsSettings() {}

  private static Map<String, String> fixed() {
    Map<String, String> fixed = new LinkedHashMap<>();
    fixed.put("processing.guarantee", "exactly_once_v2");
    // Under "streams", Kafka Streams ignores the pausing consumer with a mere warning.
    fixed.put("group.protocol", "classic");
    // At 0 a paused partition with lag stops its whole task, and its tick is never read.
    fixed.put("max.task.idle.ms", "-1");
    fixed.put("statestore.cache.max.bytes", "0");
    // A transactional store survives a kill, as old as its last flush. No file's time tells how old
    // that is, and StaleState goes by those: what others have answered since could come back.
    fixed.put("enable.transactional.statestores", "false");
    fixed.put("ensure.explicit.internal.resource.naming", "true");
    // A new group is placed at the earliest offsets before the start; an offset out of range later
    // is lost work and must stop the task, not skip it.
    fixed.put("auto.offset.reset", "none");
    fixed.put("isolation.level", "read_committed");
    fixed.put("enable.auto.commit", "false");
    fixed.put("enable.idempotence", "true");
    fixed.put("acks", "all");
    // Kafka Streams makes its own topics and no others.
    fixed.put("allow.auto.create.topics", "false");
    return Map.copyOf(fixed);
  }

  private static Map<String, String> forbidden() {
    String handler = "a handler that goes on after an error would lose records";
    String partitioner = "readers find completions in the partition of their id";
    Map<String, String> forbidden = new LinkedHashMap<>();
    forbidden.put("transactional.id", "Kafka Streams chooses it");
    // Kafka Streams would ignore these two without a word.
    forbidden.put("group.id", "'application.id' names the group");
    forbidden.put("partition.assignment.strategy", "Kafka Streams brings its own");
    forbidden.put("default.client.supplier", "the worker brings a pausing consumer");
    forbidden.put("cache.max.bytes.buffering", "stores are written through");
    forbidden.put("deserialization.exception.handler", handler);
    forbidden.put("default.deserialization.exception.handler", handler);
    forbidden.put("production.exception.handler", handler);
    forbidden.put("default.production.exception.handler", handler);
    forbidden.put("processing.exception.handler", handler);
    forbidden.put("partitioner.class", partitioner);
    forbidden.put("partitioner.ignore.keys", partitioner);
    forbidden.put("key.serializer", "records are bytes");
    forbidden.put("value.serializer", "records are bytes");
    forbidden.put("key.deserializer", "records are bytes");
    forbidden.put("value.deserializer", "records are bytes");
    return Map.copyOf(forbidden);
  }

  /**
   * Settings for Kafka Streams, ready for use; loads RocksDB's library.
   *
   * @param user the user's settings, in Kafka's names, prefixes such as {@code producer.} included
   * @throws StartupException if a setting would break the guarantees
   * @throws dev.lacuna.runtime.natives.NativesException if RocksDB's library can't be used here
   */
  public static StreamsConfig config(Map<String, ?> user, TopologySettings topology) {
    KafkaNatives.prepare(); // A StreamsConfig already loads RocksDB.
    Checked<Map<String, Object>> settings = of(user, topology);
    if (settings instanceof Checked.Refused<Map<String, Object>> refused) {
      throw new StartupException(List.of(refused.refusal().message()));
    }
    return new StreamsConfig(((Checked.Valid<Map<String, Object>>) settings).value());
  }

  /** The brokers' addresses, as commands take them. */
  public static String bootstrapServers(StreamsConfig config) {
    return String.join(",", config.getList(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG));
  }

  /**
   * Settings for Kafka Streams.
   *
   * @param user the user's settings, in Kafka's names, prefixes such as {@code producer.} included
   */
  public static Checked<Map<String, Object>> of(Map<String, ?> user, TopologySettings topology) {
    for (String needed : List.of("bootstrap.servers", "application.id")) {
      if (!user.containsKey(needed)) {
        return refused(needed, "is missing: set it");
      }
    }
    Map<String, Object> settings = defaults(topology);
    // A default for one client would stand against what the user sets for all of them.
    settings.keySet().removeIf(key -> !key.equals(bare(key)) && user.containsKey(bare(key)));
    for (Map.Entry<String, ?> setting : new TreeMap<>(user).entrySet()) {
      Checked<Object> checked = check(setting.getKey(), setting.getValue(), topology);
      if (checked instanceof Checked.Refused<Object> refused) {
        return new Checked.Refused<>(refused.refusal());
      }
      settings.put(setting.getKey(), setting.getValue());
    }
    FIXED.forEach((key, value) -> fix(settings, key, value));
    return usable(Map.copyOf(settings));
  }

  /** Lets Kafka's own definitions look at every value, and at what must hold between them. */
  private static Checked<Map<String, Object>> usable(Map<String, Object> settings) {
    try {
      Map<String, Object> withoutStores = new HashMap<>(settings);
      // Ours loads RocksDB's native library.
      withoutStores.remove("rocksdb.config.setter", BoundedRocksMemory.class.getName());
      StreamsConfig config = new StreamsConfig(withoutStores);
      Map<String, Object> consumer = config.getMainConsumerConfigs("lacuna", "lacuna", 0);
      new ConsumerConfig(withFormats(consumer, ByteArrayDeserializer.class, "deserializer"));
      Map<String, Object> producer = config.getProducerConfigs("lacuna");
      new ProducerConfig(withFormats(producer, ByteArraySerializer.class, "serializer"));
      new AdminClientConfig(config.getAdminConfigs("lacuna"));
      return Checked.valid(settings);
    } catch (ConfigException e) {
      return Checked.refused(
          REFUSED, "kafka", "Kafka's clients refuse their settings: " + e.getMessage());
    }
  }

  private static Map<String, Object> withFormats(
      Map<String, Object> settings, Class<?> format, String kind) {
    Map<String, Object> whole = new HashMap<>(settings);
    whole.put("key." + kind, format);
    whole.put("value." + kind, format);
    return whole;
  }

  /** What the worker sets unless the user does, for all clients or with the prefix of one. */
  static Map<String, Object> defaults(TopologySettings topology) {
    Map<String, Object> defaults = new HashMap<>();
    int recordMaxBytes = topology.limits().recordMaxBytes();
    // Answers ask for commits of their own; the rest, timings and checkpoints, can wait a little,
    // and a transaction costs the broker a dozen records however little is in it.
    defaults.put("commit.interval.ms", 500);
    defaults.put("rocksdb.config.setter", BoundedRocksMemory.class.getName());
    // What is fetched beyond the cap is accepted all the same: keep it small.
    defaults.put("buffered.records.per.partition", 32);
    defaults.put("consumer.max.poll.records", 32);
    defaults.put("producer.transaction.timeout.ms", 30_000);
    defaults.put("producer.max.request.size", recordMaxBytes);
    defaults.put(
        "producer.buffer.memory", Math.max(PRODUCER_BUFFER_MIN_BYTES, 4L * recordMaxBytes));
    return defaults;
  }

  private static void fix(Map<String, Object> settings, String key, String value) {
    // Client settings without a prefix reach all clients; where one is for one client, say so.
    Set<String> consumer = Set.of("auto.offset.reset", "isolation.level", "enable.auto.commit");
    Set<String> producer = Set.of("enable.idempotence", "acks");
    settings.keySet().removeIf(name -> bare(name).equals(key) && !name.equals(key));
    settings.remove(key);
    String prefix =
        consumer.contains(key) ? "main.consumer." : producer.contains(key) ? "producer." : "";
    if (!key.equals("enable.auto.commit") && !key.equals("allow.auto.create.topics")) {
      settings.put(prefix + key, value);
    }
  }

  private static Checked<Object> check(String key, Object value, TopologySettings topology) {
    if (key.startsWith(TOPIC_PREFIX)) {
      return checkTopic(key, value, topology);
    }
    String name = bare(key);
    String fixed = FIXED.get(name);
    if (fixed != null && !fixed.equals(String.valueOf(value))) {
      return refused(
          key, "is " + value + ", and exactly-once rests on " + fixed + ": leave it out");
    }
    if (FORBIDDEN.containsKey(name)) {
      return refused(key, "can't be set, since " + FORBIDDEN.get(name) + ": leave it out");
    }
    return switch (name) {
      case "transaction.timeout.ms" ->
          bounded(key, value, TRANSACTION_TIMEOUT_MIN_MILLIS, TRANSACTION_TIMEOUT_MAX_MILLIS);
      case "max.request.size" ->
          bounded(key, value, topology.limits().recordMaxBytes(), Integer.MAX_VALUE);
      default -> Checked.valid(value);
    };
  }

  private static Checked<Object> bounded(String key, Object value, long min, long max) {
    try {
      long number = Long.parseLong(String.valueOf(value).trim());
      if (number >= min && number <= max) {
        return Checked.valid(value);
      }
    } catch (NumberFormatException notANumber) {
      // refused below, with the bounds
    }
    return refused(key, "is " + value + ": it must be " + min + " to " + max);
  }

  /** Settings of a changelog's own would win over these without a word. */
  private static Checked<Object> checkTopic(String key, Object value, TopologySettings topology) {
    String name = key.substring(TOPIC_PREFIX.length());
    if (name.equals("cleanup.policy") && !value.equals("compact")) {
      return refused(key, "is " + value + ", and a changelog must be compact: leave it out");
    }
    return Changelogs.settings(topology.limits().recordMaxBytes()).containsKey(name)
        ? refused(key, "can't be set, since the worker chooses it for its changelogs: leave it out")
        : Checked.valid(value);
  }

  private static String bare(String key) {
    for (String prefix : PREFIXES) {
      if (key.startsWith(prefix)) {
        return key.substring(prefix.length());
      }
    }
    return key;
  }

  private static <T> Checked<T> refused(String key, String why) {
    return Checked.refused(REFUSED, key, "Kafka setting '" + key + "' " + why + ".");
  }
}
