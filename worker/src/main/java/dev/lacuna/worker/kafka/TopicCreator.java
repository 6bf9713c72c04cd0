package dev.lacuna.worker.kafka;

import dev.lacuna.topology.kafka.Right;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKey;
import dev.lacuna.worker.config.ConfigKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of the wire contract; those that exist stay as they are. */
public final class TopicCreator {

  /** Kafka's framing of a record, generously. */
  private static final int FRAMING_BYTES = 16 * 1024;

  /** The broker's own default; a smaller limit would only surprise. */
  private static final int MESSAGE_MIN_BYTES = 1 << 20;

  /** Topics that workers alone write to. */
  private static final Set<ConfigKey<String>> OUTPUTS =
      Set.of(ConfigKeys.COMPLETIONS_TOPIC, ConfigKeys.TIMINGS_TOPIC, ConfigKeys.DEAD_LETTERS_TOPIC);

  private TopicCreator() {}

  /**
   * What became of a topic.
   *
   * @param created false if it was there before
   */
  public record Outcome(String topic, int partitions, boolean created) {}

  /**
   * Creates what is missing.
   *
   * @throws KafkaFailure if the cluster refuses or can't be reached
   */
  public static List<Outcome> create(Admin admin, Config config) {
    CreateTopicsResult result = admin.createTopics(topics(config));
    List<Outcome> outcomes = new ArrayList<>();
    for (NewTopic topic : topics(config)) {
      KafkaFuture<Void> future = result.values().get(topic.name());
      try {
        future.get();
        outcomes.add(new Outcome(topic.name(), topic.numPartitions(), true));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw KafkaFailure.of(
              "topic " + topic.name() + " can't be created",
              e.getCause(),
              Right.onTopic(topic.name(), AclOperation.CREATE),
              ClientSettings.admin(config));
        }
        outcomes.add(new Outcome(topic.name(), partitions(admin, topic.name(), config), false));
      } catch (InterruptedException e) {
        throw KafkaFailure.interrupted(e);
      }
    }
    return outcomes;
  }

  private static List<NewTopic> topics(Config config) {
    int largest =
        Math.max(
            config.get(ConfigKeys.ENTRY_MAX_BYTES), config.get(ConfigKeys.COMPLETION_MAX_BYTES));
    Map<String, String> settings =
        Map.of(
            "cleanup.policy", "delete",
            "min.insync.replicas", Integer.toString(config.minInsyncReplicas()),
            "max.message.bytes",
                Integer.toString(Math.max(MESSAGE_MIN_BYTES, largest + FRAMING_BYTES)));
    Map<String, String> outputSettings = new HashMap<>(settings);
    // By the broker's clock: a worker's may be wrong, and the broker would refuse records of the
    // future, which stops the worker, and soon delete those of the past.
    outputSettings.put("message.timestamp.type", "LogAppendTime");
    List<NewTopic> topics = new ArrayList<>();
    for (String topic : config.topics()) {
      boolean output = OUTPUTS.stream().anyMatch(key -> config.get(key).equals(topic));
      topics.add(
          new NewTopic(
                  topic,
                  config.get(ConfigKeys.TOPICS_PARTITIONS),
                  config.get(ConfigKeys.TOPICS_REPLICATION_FACTOR).shortValue())
              .configs(output ? outputSettings : settings));
    }
    return topics;
  }

  private static int partitions(Admin admin, String topic, Config config) {
    try {
      return admin
          .describeTopics(List.of(topic))
          .topicNameValues()
          .get(topic)
          .get()
          .partitions()
          .size();
    } catch (ExecutionException e) {
      throw KafkaFailure.of(
          "topic " + topic + " can't be described",
          e.getCause(),
          Right.onTopic(topic, AclOperation.DESCRIBE),
          ClientSettings.admin(config));
    } catch (InterruptedException e) {
      throw KafkaFailure.interrupted(e);
    }
  }
}
