package dev.lacuna.worker;

import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A configuration as the topology and Kafka Streams want it. */
public final class WorkerSettings {

  private WorkerSettings() {}

  /** Settings of the topology. */
  public static TopologySettings topology(Config config) {
    return new TopologySettings(
        new TopologySettings.Topics(
            requestTopics(config),
            config.get(ConfigKeys.CONTROL_TOPIC),
            config.get(ConfigKeys.COMPLETIONS_TOPIC),
            config.get(ConfigKeys.TIMINGS_TOPIC),
            config.get(ConfigKeys.DEAD_LETTERS_TOPIC)),
        new TopologySettings.Limits(
            config.get(ConfigKeys.ENTRY_MAX_BYTES),
            config.get(ConfigKeys.COMPLETION_MAX_BYTES),
            config.get(ConfigKeys.HEADERS_MAX_BYTES),
            config.get(ConfigKeys.SAMPLES_MAX),
            new TopologySettings.DocumentLimits(
                config.get(ConfigKeys.DOCUMENT_MAX_BYTES),
                config.get(ConfigKeys.BLANKS_MAX),
                config.get(ConfigKeys.BLANK_NAME_MAX_BYTES),
                config.get(ConfigKeys.LABELS_MAX_BYTES))),
        config.get(ConfigKeys.WORKER_ID),
        config.defaultModel(),
        config.get(ConfigKeys.DRAIN_INTERVAL),
        config.get(ConfigKeys.DRAIN_MAX),
        config.get(ConfigKeys.CANCEL_RETENTION),
        new TopologySettings.Durability(
            config.get(ConfigKeys.CHECKPOINT_DEVICE),
            config.get(ConfigKeys.CRASH_ATTEMPTS_MAX),
            config.get(ConfigKeys.MODEL_CHANGED).equals("wait")),
        intake(config));
  }

  private static List<TopologySettings.RequestTopic> requestTopics(Config config) {
    return config.get(ConfigKeys.REQUESTS_TOPICS).stream()
        .map(
            topic ->
                new TopologySettings.RequestTopic(
                    topic.topic(), topic.acceptedMax().orElse(config.get(ConfigKeys.ACCEPTED_MAX))))
        .toList();
  }

  private static TopologySettings.IntakeRules intake(Config config) {
    String label = config.get(ConfigKeys.FAIRNESS_LABEL);
    return new TopologySettings.IntakeRules(
        TopologySettings.DeadlineRefusal.valueOf(
            config.get(ConfigKeys.DEADLINE_REFUSE).toUpperCase(Locale.ROOT)),
        config.get(ConfigKeys.DUPLICATES).equals("dead-letter"),
        config.get(ConfigKeys.COMPLETED_RETENTION),
        label.isEmpty() ? Optional.empty() : Optional.of(label),
        TopologySettings.Misplaced.valueOf(
            config.get(ConfigKeys.PARTITION_MISMATCH).toUpperCase(Locale.ROOT)),
        config.get(ConfigKeys.SCHEMA_UNKNOWN_RETRY));
  }

  /** Settings of Kafka Streams: the user's, and those that have keys of their own here. */
  public static Map<String, Object> streams(Config config) {
    Map<String, Object> settings = new HashMap<>(config.kafka());
    settings.put("application.id", config.get(ConfigKeys.APPLICATION_ID));
    settings.putIfAbsent("client.id", config.get(ConfigKeys.WORKER_ID));
    settings.put("num.stream.threads", config.get(ConfigKeys.STREAM_THREADS));
    settings.put("state.dir", config.get(ConfigKeys.STATE_DIR).toString());
    settings.put("replication.factor", config.get(ConfigKeys.TOPICS_REPLICATION_FACTOR));
    settings.put("topic.min.insync.replicas", config.minInsyncReplicas());
    return settings;
  }
}
