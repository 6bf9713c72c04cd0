package dev.lacuna.topology.inputs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.processor.internals.StreamsPartitionAssignor;

/**
 * The assignor of Kafka Streams, which sees no partition that can't be served.
 *
 * <p>Why: it makes as many tasks as the largest topic has partitions, and where the control topic
 * or a changelog has fewer, every stream thread dies of it, in every try, although the other
 * partitions could be served as before. Partitions are added to one topic after the other, so that
 * happens in between whatever the order. Protocol and name are those of Kafka Streams, so that
 * workers of other versions may be in the group.
 *
 * <p>Threading: owned by the stream thread of its consumer.
 */
public final class ServedPartitionsAssignor extends StreamsPartitionAssignor {
  private static final String WATCH = "__lacuna.topic.watch__";

  private TopicWatch watch;

  /** The settings of a main consumer, with this assignor. */
  public static Map<String, Object> into(Map<String, Object> consumer, TopicWatch watch) {
    Map<String, Object> settings = new HashMap<>(consumer);
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        ServedPartitionsAssignor.class.getName());
    settings.put(WATCH, watch);
    return settings;
  }

  @Override
  public void configure(Map<String, ?> settings) {
    super.configure(settings);
    watch = (TopicWatch) settings.get(WATCH);
  }

  @Override
  public GroupAssignment assign(Cluster metadata, GroupSubscription subscriptions) {
    Optional<TaskPartitions> counts = watch.countsNow();
    counts.ifPresent(now -> watch.assigned(now.served()));
    return super.assign(
        counts.map(now -> fit(metadata, watch.topics().inputs(), now)).orElse(metadata),
        subscriptions);
  }

  /**
   * The cluster with those partitions of the inputs that can be served. The consumer's own
   * knowledge may be minutes old ({@code metadata.max.age.ms}): partitions that it does not know
   * yet are added. Who is assigned one asks for its leader. A topic that is gone has none.
   */
  static Cluster fit(Cluster cluster, List<String> topics, TaskPartitions counts) {
    Map<String, Integer> inputs = new HashMap<>();
    for (String topic : topics) {
      int there =
          topic.equals(counts.control())
              ? counts.controls()
              : counts.requests().getOrDefault(topic, 0);
      inputs.put(topic, Math.min(there, counts.served()));
    }
    List<PartitionInfo> partitions = new ArrayList<>();
    for (String topic : cluster.topics()) {
      for (PartitionInfo info : cluster.partitionsForTopic(topic)) {
        if (info.partition() < inputs.getOrDefault(topic, Integer.MAX_VALUE)) {
          partitions.add(info);
        }
      }
    }
    inputs.forEach(
        (topic, count) -> {
          Integer known = cluster.partitionCountForTopic(topic);
          for (int i = known == null ? 0 : known; i < count; i++) {
            partitions.add(new PartitionInfo(topic, i, null, new Node[0], new Node[0]));
          }
        });
    Map<String, Uuid> ids = new HashMap<>();
    cluster.topics().forEach(topic -> ids.put(topic, cluster.topicId(topic)));
    return new Cluster(
        cluster.clusterResource().clusterId(),
        cluster.nodes(),
        partitions,
        cluster.unauthorizedTopics(),
        cluster.invalidTopics(),
        cluster.internalTopics(),
        cluster.controller(),
        ids);
  }
}
