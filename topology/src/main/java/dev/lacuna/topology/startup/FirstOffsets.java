package dev.lacuna.topology.startup;

import dev.lacuna.topology.inputs.OffsetLabel;
import dev.lacuna.topology.inputs.OffsetSentences;
import dev.lacuna.topology.inputs.OffsetVerdict;
import dev.lacuna.topology.inputs.TaskTopics;
import dev.lacuna.topology.process.StartupException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides before Kafka Streams starts from where each partition is read.
 *
 * <p>Why: Kafka has one setting, {@code auto.offset.reset}, for cases that must differ. A partition
 * that was never read begins at the earliest record; a committed offset that retention has passed
 * means that requests may be lost unread, and a group whose offsets were forgotten that answers
 * could be repeated. So the reset is {@code none}, and the cases are told apart here, and by {@link
 * dev.lacuna.topology.inputs.InputConsumer} while the worker runs.
 */
public final class FirstOffsets {
  private static final Comparator<TopicPartition> BY_NAME =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  private static final Logger log = LoggerFactory.getLogger(FirstOffsets.class);

  private final Admin admin;
  private final String group;
  private final OffsetSentences sentences;

  /** Decides for this group with this client, which stays the caller's. */
  public FirstOffsets(Admin admin, String group, String bootstrapServers) {
    this.admin = admin;
    this.group = group;
    this.sentences = new OffsetSentences(bootstrapServers, group);
  }

  /**
   * Commits the earliest offset for every partition that was never read.
   *
   * <p>Kafka refuses this while the group has members. They read such partitions from the earliest
   * record by themselves.
   *
   * @throws StartupException with all partitions that a person must decide about, and the commands
   */
  public void place(TaskTopics topics) {
    Map<String, TopicDescription> described =
        StartupChecks.get(admin.describeTopics(topics.inputs()).allTopicNames());
    List<TopicPartition> partitions = withLeaders(described.values());
    Map<TopicPartition, OffsetAndMetadata> committed = committed(partitions);
    Map<TopicPartition, Long> begin = offsets(partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> end = offsets(partitions, OffsetSpec.latest());
    Optional<Long> stored = stored(topics.changelogs());
    boolean forgotten = committed.isEmpty() && stored.orElse(0L) > 0;
    if (stored.isEmpty()) {
      warnIfRead(committed, begin);
    }
    settle(
        partitions.stream()
            .map(
                partition ->
                    new OffsetVerdict.Facts(
                        partition,
                        Optional.ofNullable(committed.get(partition)),
                        begin.get(partition),
                        end.get(partition),
                        described.get(partition.topic()).topicId(),
                        forgotten))
            .toList());
  }

  private void settle(List<OffsetVerdict.Facts> partitions) {
    List<String> stops = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> earliest = new HashMap<>();
    Map<TopicPartition, String> told = new TreeMap<>(BY_NAME);
    for (OffsetVerdict.Facts facts : partitions) {
      OffsetVerdict verdict = OffsetVerdict.of(facts, sentences);
      if (verdict instanceof OffsetVerdict.Stop stop) {
        stops.add(stop.sentence());
      } else if (verdict instanceof OffsetVerdict.Earliest first) {
        earliest.put(
            facts.partition(),
            OffsetLabel.put(new OffsetAndMetadata(facts.begin()), facts.topicId()));
        told.put(facts.partition(), first.why());
      }
    }
    if (!stops.isEmpty()) {
      throw new StartupException(stops);
    }
    if (!earliest.isEmpty()) {
      commit(earliest, told);
    }
  }

  /** Without a leader nobody can tell a partition's offsets. */
  private static List<TopicPartition> withLeaders(Collection<TopicDescription> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    List<String> leaderless = new ArrayList<>();
    for (TopicDescription topic : topics) {
      for (TopicPartitionInfo info : topic.partitions()) {
        TopicPartition partition = new TopicPartition(topic.name(), info.partition());
        partitions.add(partition);
        if (info.leader() == null || info.leader().isEmpty()) {
          leaderless.add(partition + " (brokers " + brokers(info) + ")");
        }
      }
    }
    if (!leaderless.isEmpty()) {
      throw new StartupException(
          List.of(
              "Partitions have no leader, so they can't be read: start one of the brokers that have"
                  + " them: "
                  + String.join("; ", leaderless)
                  + "."));
    }
    return partitions;
  }

  private static String brokers(TopicPartitionInfo partition) {
    return partition.replicas().stream()
        .map(node -> Integer.toString(node.id()))
        .collect(Collectors.joining(", "));
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(List<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(
            StartupChecks.get(
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
    committed.values().removeIf(Objects::isNull);
    committed.keySet().retainAll(partitions);
    return committed;
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    partitions.forEach(partition -> question.put(partition, which));
    Map<TopicPartition, ListOffsetsResultInfo> answer =
        StartupChecks.get(admin.listOffsets(question).all());
    Map<TopicPartition, Long> offsets = new HashMap<>();
    answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  /**
   * How far the changelogs of this application were written; empty if none of them exists, and then
   * its tasks have never run, or somebody has deleted them.
   */
  private Optional<Long> stored(List<String> changelogs) {
    List<TopicDescription> known =
        admin.describeTopics(changelogs).topicNameValues().values().stream()
            .flatMap(answer -> StartupChecks.getIfKnown(answer).stream())
            .toList();
    List<TopicPartition> partitions = withLeaders(known);
    return partitions.isEmpty()
        ? Optional.empty()
        : Optional.of(
            offsets(partitions, OffsetSpec.latest()).values().stream().reduce(0L, Long::sum));
  }

  private void warnIfRead(
      Map<TopicPartition, OffsetAndMetadata> committed, Map<TopicPartition, Long> begin) {
    List<String> read =
        committed.entrySet().stream()
            .filter(offset -> offset.getValue().offset() > begin.get(offset.getKey()))
            .map(offset -> offset.getKey() + ":" + offset.getValue().offset())
            .sorted()
            .toList();
    if (!read.isEmpty()) {
      log.warn(
          "the group has read records, and its application has no changelogs: if they were deleted,"
              + " requests that were read and not answered are lost, send them again group={} read={}",
          group,
          read);
    }
  }

  private void commit(
      Map<TopicPartition, OffsetAndMetadata> earliest, Map<TopicPartition, String> told) {
    try {
      StartupChecks.get(admin.alterConsumerGroupOffsets(group, earliest).all());
      log.info("the group starts at the earliest offsets group={} partitions={}", group, told);
    } catch (StartupException refused) {
      if (!(refused.getCause() instanceof UnknownMemberIdException)) {
        throw refused;
      }
      log.info(
          "the group has members, which read new partitions from the earliest offsets group={}"
              + " partitions={}",
          group,
          told);
    }
  }
}
