package dev.lacuna.topology.inputs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.Cluster;
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
    Integer controls = metadata.partitionCountForTopic(watch.topics().control());
    int served = watch.servedNow();
    int tasks = Math.min(served, controls == null ? Integer.MAX_VALUE : controls);
    watch.assigned(tasks, served);
    return super.assign(first(metadata, watch.topics().inputs(), tasks), subscriptions);
  }

  /** The cluster with the first partitions alone of some topics. */
  static Cluster first(Cluster cluster, List<String> topics, int partitions) {
    List<PartitionInfo> kept =
        cluster.topics().stream()
            .flatMap(topic -> cluster.partitionsForTopic(topic).stream())
            .filter(info -> info.partition() < partitions || !topics.contains(info.topic()))
            .toList();
    Map<String, Uuid> ids =
        cluster.topics().stream().collect(Collectors.toMap(topic -> topic, cluster::topicId));
    return new Cluster(
        cluster.clusterResource().clusterId(),
        cluster.nodes(),
        kept,
        cluster.unauthorizedTopics(),
        cluster.invalidTopics(),
        cluster.internalTopics(),
        cluster.controller(),
        ids);
  }
}
