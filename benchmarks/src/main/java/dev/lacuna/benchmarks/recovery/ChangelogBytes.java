package dev.lacuna.benchmarks.recovery;

import dev.lacuna.benchmarks.cluster.BenchCluster;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.topology.GenerationTopology;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.kafka.ClientSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the stores' changelogs hold, on the broker's disk and as a restore reads them. */
final class ChangelogBytes {
  private static final Duration POLL = Duration.ofMillis(500);

  private ChangelogBytes() {}

  /** One row a store: records and bytes there, and what a request left of them. */
  static void print(BenchCluster cluster, int requests, String when, BenchReport.Table rows)
      throws InterruptedException {
    Map<String, Object> config = ClientSettings.admin(cluster.config());
    try (Admin admin = Admin.create(config)) {
      for (String store : GenerationTopology.STORES) {
        String topic = cluster.config().get(ConfigKeys.APPLICATION_ID) + "-" + store + "-changelog";
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("store", store);
        fields.put("when", when);
        long disk = diskBytes(admin, topic);
        fields.put("diskBytes", disk);
        fields.put("diskBytesPerRequest", (double) disk / requests);
        read(cluster, topic, requests, fields);
        rows.row(fields);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the changelogs can't be described", e.getCause());
    }
  }

  private static long diskBytes(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    List<Integer> brokers =
        admin.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
    return admin.describeLogDirs(brokers).allDescriptions().get().values().stream()
        .flatMap(folders -> folders.values().stream())
        .flatMap(folder -> folder.replicaInfos().entrySet().stream())
        .filter(replica -> replica.getKey().topic().equals(topic))
        .mapToLong(replica -> replica.getValue().size())
        .sum();
  }

  private static void read(
      BenchCluster cluster, String topic, int requests, Map<String, Object> fields) {
    long records = 0;
    long values = 0;
    long valueBytes = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(cluster.config()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      Set<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .collect(Collectors.toSet());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          records++;
          if (record.value() != null) {
            values++;
            valueBytes += record.value().length;
          }
        }
      }
    }
    fields.put("records", records);
    fields.put("recordsPerRequest", (double) records / requests);
    fields.put("meanValueBytes", values == 0 ? 0.0 : (double) valueBytes / values);
  }
}
