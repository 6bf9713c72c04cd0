package dev.lacuna.topology.inputs;

import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.TopologySettings.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Names of the topics that tasks read and keep their stores in.
 *
 * @param requests request topics
 * @param control the control topic
 * @param changelogs all stores' changelogs, whether they exist or not
 */
public record TaskTopics(List<String> requests, String control, List<String> changelogs) {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  /** Those of an application. */
  public static TaskTopics of(Topics topics, String applicationId) {
    return new TaskTopics(
        topics.requestNames(),
        topics.control(),
        TaskStores.NAMES.stream()
            .map(store -> applicationId + "-" + store + "-changelog")
            .toList());
  }

  /** Request topics and the control topic. */
  public List<String> inputs() {
    return Stream.concat(requests.stream(), Stream.of(control)).toList();
  }

  /**
   * Asks the cluster.
   *
   * @throws KafkaException if it does not answer within 10 s or refuses
   */
  public TopicsSeen look(Admin admin) {
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin
            .describeTopics(Stream.concat(inputs().stream(), changelogs.stream()).toList())
            .topicNameValues();
    Map<String, Integer> counts = new HashMap<>();
    Map<String, Uuid> ids = new HashMap<>();
    answers.forEach(
        (topic, answer) ->
            described(answer)
                .ifPresent(
                    description -> {
                      counts.put(topic, description.partitions().size());
                      ids.put(topic, description.topicId());
                    }));
    ids.keySet().retainAll(inputs());
    return new TopicsSeen(
        new TaskPartitions(
            those(requests, counts),
            control,
            counts.getOrDefault(control, 0),
            those(changelogs, counts)),
        ids);
  }

  private static Map<String, Integer> those(List<String> topics, Map<String, Integer> counts) {
    Map<String, Integer> those = new HashMap<>(counts);
    those.keySet().retainAll(topics);
    return those;
  }

  private static Optional<TopicDescription> described(KafkaFuture<TopicDescription> answer) {
    try {
      return Optional.of(answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw failed.getCause() instanceof KafkaException refused
          ? refused
          : new KafkaException("topics can't be described", failed.getCause());
    } catch (TimeoutException late) {
      // Kafka Streams knows this one, and tries again.
      throw new org.apache.kafka.common.errors.TimeoutException(
          "topics were not described in time", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while topics were described", interrupted);
    }
  }
}
