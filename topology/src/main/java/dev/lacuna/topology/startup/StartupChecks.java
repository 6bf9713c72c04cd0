package dev.lacuna.topology.startup;

import dev.lacuna.topology.host.Descriptors;
import dev.lacuna.topology.inputs.TaskTopics;
import dev.lacuna.topology.kafka.Changelogs;
import dev.lacuna.topology.outbox.Hop;
import dev.lacuna.topology.process.StartupException;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.topology.process.TopologySettings.Limits;
import dev.lacuna.topology.process.TopologySettings.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What must hold of the cluster before the worker may start. */
final class StartupChecks {
  /**
   * From version 2 on a producer's epoch grows with every transaction: no zombie can add to one.
   */
  private static final int TRANSACTION_VERSION_MIN = 2;

  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final Logger log = LoggerFactory.getLogger(StartupChecks.class);

  private final Admin admin;
  private final String applicationId;
  private final String bootstrapServers;
  private final Topics topics;
  private final Limits limits;
  private final List<String> written;
  private final List<String> problems = new ArrayList<>();
  private final List<String> fragile = new ArrayList<>();

  /** Checks for this application with this client, which stays the caller's. */
  StartupChecks(
      Admin admin, String applicationId, String bootstrapServers, TopologySettings settings) {
    this.admin = admin;
    this.applicationId = applicationId;
    this.bootstrapServers = bootstrapServers;
    this.topics = settings.topics();
    this.limits = settings.limits();
    this.written = settings.written();
  }

  /** All that is wrong, each with its cure; empty if the worker may start. */
  List<String> problems() {
    checkTransactionVersion();
    Map<String, TopicDescription> described = describe();
    checkPartitions();
    for (String topic : described.keySet()) {
      checkConfig(topic, described.get(topic), config(topic));
    }
    checkChangelogs();
    warnOfFewDescriptors(described.get(topics.control()));
    if (!fragile.isEmpty()) {
      log.warn("the loss of one broker can lose records topics={}", fragile);
    }
    return List.copyOf(problems);
  }

  /** A task opens files for each store; there is one for each partition of the control topic. */
  private static void warnOfFewDescriptors(TopicDescription control) {
    if (control != null) {
      int partitions = control.partitions().size();
      Descriptors.limit().stream()
          .boxed()
          .flatMap(limit -> Descriptors.warning(limit, partitions).stream())
          .forEach(log::warn);
    }
  }

  private void checkTransactionVersion() {
    FinalizedVersionRange range =
        get(admin.describeFeatures().featureMetadata())
            .finalizedFeatures()
            .get("transaction.version");
    int found = range == null ? 0 : range.maxVersionLevel();
    if (found < TRANSACTION_VERSION_MIN) {
      problems.add(
          "The cluster's feature transaction.version is "
              + found
              + ", exactly-once needs 2: run 'kafka-features.sh upgrade --feature"
              + " transaction.version=2'.");
    }
  }

  private Map<String, TopicDescription> describe() {
    Map<String, TopicDescription> described = new LinkedHashMap<>();
    List<String> all = topics.all();
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin.describeTopics(all).topicNameValues();
    for (String topic : all) {
      try {
        described.put(topic, getUnlessUnknown(answers.get(topic)));
      } catch (UnknownTopicOrPartitionException missing) {
        problems.add("Topic '" + topic + "' does not exist: create it ('lacuna topics create').");
      }
    }
    return described;
  }

  private void checkPartitions() {
    try {
      TaskTopics taskTopics = TaskTopics.of(topics, applicationId);
      problems.addAll(taskTopics.look(admin).counts().problems(bootstrapServers));
    } catch (KafkaException refused) {
      throw new StartupException(
          "The cluster refused a question before the start: " + refused, refused);
    }
  }

  private void checkConfig(String topic, TopicDescription description, Config config) {
    boolean input = topics.inputs().contains(topic);
    String cleanup = config.get("cleanup.policy").value();
    if (input && !cleanup.equals("delete")) {
      problems.add(
          "Topic '"
              + topic
              + "' has cleanup.policy="
              + cleanup
              + ": it must be delete, since compaction would drop requests and ticks unread.");
    }
    checkMaxMessageBytes(topic, config, maxMessageBytesNeeded(topic));
    noteIfFragile(topic, description, config);
  }

  private void checkMaxMessageBytes(String topic, Config config, int needed) {
    int found = Integer.parseInt(config.get("max.message.bytes").value());
    if (found < needed) {
      problems.add(
          "Topic '"
              + topic
              + "' has max.message.bytes="
              + found
              + ", the worker needs "
              + needed
              + (topic.equals(topics.control())
                  ? ": raise it, since what one task sends another goes this way."
                  : ": raise it, or lower entry.max.bytes and completion.max.bytes."));
    }
  }

  /**
   * Kafka Streams creates changelogs with our limits and leaves existing ones alone. Under limits
   * raised since, a larger entry would be refused by its changelog and replayed for ever.
   */
  private void checkChangelogs() {
    admin
        .describeTopics(TaskTopics.of(topics, applicationId).changelogs())
        .topicNameValues()
        .forEach(
            (topic, description) -> {
              try {
                getUnlessUnknown(description);
                Config config = config(topic);
                checkMaxMessageBytes(topic, config, limits.recordMaxBytes());
                checkCompaction(topic, config);
              } catch (UnknownTopicOrPartitionException notYetCreated) {
                log.debug("a changelog does not exist yet topic={}", topic);
              }
            });
  }

  /**
   * Deletion would take what is pending, and too short a memory of deletions bring back what was
   * answered: see {@link dev.lacuna.topology.kafka.StaleState}.
   */
  private void checkCompaction(String topic, Config config) {
    String cleanup = config.get("cleanup.policy").value();
    if (!cleanup.equals("compact")) {
      problems.add(
          "Changelog '%s' has cleanup.policy=%s: it must be compact, since the rest loses accepted requests. Run: %s cleanup.policy=compact"
              .formatted(topic, cleanup, alterConfig(topic)));
    }
    long kept = Long.parseLong(config.get("delete.retention.ms").value());
    if (kept < Changelogs.DELETIONS_KEPT.toMillis()) {
      problems.add(
          "Changelog '%s' has delete.retention.ms=%d: it must be %d or more, since a worker that comes back within that time would answer again. Run: %s delete.retention.ms=%d"
              .formatted(
                  topic,
                  kept,
                  Changelogs.DELETIONS_KEPT.toMillis(),
                  alterConfig(topic),
                  Changelogs.DELETIONS_KEPT.toMillis()));
    }
  }

  private String alterConfig(String topic) {
    return "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config"
        .formatted(bootstrapServers, topic);
  }

  private int maxMessageBytesNeeded(String topic) {
    if (topic.equals(topics.completions())) {
      return limits.completionMaxBytes();
    }
    if (topic.equals(topics.control())) {
      return Hop.CONTROL_MAX_BYTES;
    }
    if (topics.requestNames().contains(topic) && written.contains(topic)) {
      return limits.deadLetterMaxBytes();
    }
    return topic.equals(topics.deadLetters()) ? limits.deadLetterMaxBytes() : 0;
  }

  private void noteIfFragile(String topic, TopicDescription description, Config config) {
    int replicas = description.partitions().get(0).replicas().size();
    String inSync = config.get("min.insync.replicas").value();
    if (replicas == 1 || inSync.equals("1")) {
      fragile.add(topic + " (replicas " + replicas + ", min.insync.replicas " + inSync + ")");
    }
  }

  private Config config(String topic) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return get(admin.describeConfigs(List.of(resource)).values().get(resource));
  }

  /** An answer of the cluster about a topic; empty if it has no such topic. */
  static <T> Optional<T> getIfKnown(KafkaFuture<T> future) {
    try {
      return Optional.of(getUnlessUnknown(future));
    } catch (UnknownTopicOrPartitionException unknown) {
      return Optional.empty();
    }
  }

  private static <T> T getUnlessUnknown(KafkaFuture<T> future) {
    try {
      return get(future);
    } catch (StartupException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException unknown) {
        throw unknown;
      }
      throw failed;
    }
  }

  /** An answer of the cluster. */
  static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw new StartupException(
          "The cluster refused a question before the start: " + failed.getCause(),
          failed.getCause());
    } catch (TimeoutException late) {
      throw new StartupException(
          "The cluster did not answer within " + ANSWER_MAX.toSeconds() + " s: is it up?", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StartupException("Interrupted before the start", interrupted);
    }
  }
}
