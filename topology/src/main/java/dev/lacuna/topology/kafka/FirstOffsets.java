package dev.lacuna.topology.kafka;

import dev.lacuna.topology.process.StartupException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places a new group at the earliest offsets, before Kafka Streams starts.
 *
 * <p>Why: Kafka has one setting, {@code auto.offset.reset}, for two cases that must differ. A group
 * without offsets begins at the earliest record; a committed offset that retention has passed means
 * that requests were lost unread, and must stop the task with an error. So the reset is {@code
 * none}, and the first case is settled here.
 */
public final class FirstOffsets {
  private static final int TRIES = 60;
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Logger log = LoggerFactory.getLogger(FirstOffsets.class);

  private final Admin admin;
  private final String group;

  /** Places this group with this client, which stays the caller's. */
  public FirstOffsets(Admin admin, String group) {
    this.admin = admin;
    this.group = group;
  }

  /**
   * Commits the earliest offset for every partition of these topics that has none.
   *
   * <p>Kafka refuses this while the group has members. Then another worker has come first; its
   * commit or our next try settles it.
   */
  public void place(List<String> topics) {
    StartupException last = null;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Set<TopicPartition> missing = missing(topics);
      if (missing.isEmpty()) {
        return;
      }
      try {
        commitEarliest(missing);
        log.info("the group starts at the earliest offsets group={} partitions={}", group, missing);
        return;
      } catch (StartupException refused) {
        last = refused;
        pause();
      }
    }
    throw new StartupException(
        "Group '"
            + group
            + "' has members but no offsets for some partitions of "
            + topics
            + ": stop all its workers and start one.",
        last);
  }

  private Set<TopicPartition> missing(List<String> topics) {
    Set<TopicPartition> partitions =
        StartupChecks.get(admin.describeTopics(topics).allTopicNames()).values().stream()
            .flatMap(
                topic ->
                    topic.partitions().stream()
                        .map(info -> new TopicPartition(topic.name(), info.partition())))
            .collect(Collectors.toSet());
    StartupChecks.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                partitions.remove(partition);
              }
            });
    return partitions;
  }

  private void commitEarliest(Set<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
    partitions.forEach(partition -> earliest.put(partition, OffsetSpec.earliest()));
    Map<TopicPartition, ListOffsetsResultInfo> found =
        StartupChecks.get(admin.listOffsets(earliest).all());
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    found.forEach(
        (partition, info) -> offsets.put(partition, new OffsetAndMetadata(info.offset())));
    StartupChecks.get(admin.alterConsumerGroupOffsets(group, offsets).all());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StartupException("Interrupted before the start", interrupted);
    }
  }
}
