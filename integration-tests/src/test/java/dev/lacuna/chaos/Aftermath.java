package dev.lacuna.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What must not be left once everything is answered: entries in stores, read from their changelog
 * topics, and open transactions.
 *
 * <p>Threading: owned by the harness's thread.
 */
final class Aftermath {
  private static final Duration POLL = Duration.ofMillis(200);

  private final Admin admin;
  private final String bootstrapServers;
  private final String applicationId;

  Aftermath(Cluster cluster, String applicationId) {
    this.admin = cluster.admin();
    this.bootstrapServers = cluster.broker().bootstrapServers();
    this.applicationId = applicationId;
  }

  /** Entries left in stores, by changelog topic and partition; empty if there are none. */
  Map<String, Set<String>> storeEntries() throws Exception {
    List<String> changelogs = changelogs();
    Map<String, Set<String>> left = new TreeMap<>();
    Map<TopicPartition, Long> ends = ends(changelogs, IsolationLevel.READ_COMMITTED);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          String place = record.topic() + "-" + record.partition();
          Set<String> keys = left.computeIfAbsent(place, name -> new TreeSet<>());
          String key = new String(record.key(), java.nio.charset.StandardCharsets.ISO_8859_1);
          if (record.value() == null) {
            keys.remove(key);
          } else {
            keys.add(key);
          }
        }
      }
    }
    left.values().removeIf(Set::isEmpty);
    return left;
  }

  private List<String> changelogs() throws Exception {
    return admin.listTopics().names().get().stream()
        .filter(topic -> topic.startsWith(applicationId + "-"))
        .filter(topic -> topic.endsWith("-changelog"))
        .toList();
  }

  /** Transactions that are open, and partitions that they hold back; empty if there are none. */
  List<String> openTransactions(List<String> publicTopics) throws Exception {
    List<String> topics = new ArrayList<>(publicTopics);
    topics.addAll(changelogs());
    List<String> open = new ArrayList<>();
    admin.listTransactions().all().get().stream()
        .filter(one -> one.transactionalId().startsWith(applicationId))
        .filter(one -> !Operator.over(one.state()))
        .forEach(one -> open.add(one.toString()));
    Map<TopicPartition, Long> committed = ends(topics, IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, Long> all = ends(topics, IsolationLevel.READ_UNCOMMITTED);
    all.forEach(
        (partition, end) -> {
          if (!end.equals(committed.get(partition))) {
            open.add(partition + ": stable to " + committed.get(partition) + " of " + end);
          }
        });
    for (var partition : admin.describeProducers(all.keySet()).all().get().entrySet()) {
      for (ProducerState producer : partition.getValue().activeProducers()) {
        if (producer.currentTransactionStartOffset().isPresent()) {
          open.add(partition.getKey() + ": " + producer);
        }
      }
    }
    return open;
  }

  private Map<TopicPartition, Long> ends(List<String> topics, IsolationLevel isolation)
      throws Exception {
    Map<TopicPartition, OffsetSpec> query = new HashMap<>();
    admin
        .describeTopics(topics)
        .allTopicNames()
        .get()
        .forEach(
            (topic, description) ->
                description
                    .partitions()
                    .forEach(
                        partition ->
                            query.put(
                                new TopicPartition(topic, partition.partition()),
                                OffsetSpec.latest())));
    return admin
        .listOffsets(query, new ListOffsetsOptions(isolation))
        .all()
        .get()
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
  }
}
