package dev.lacuna.worker.kafka;

import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the dead-letter topic, committed records only, without a group, up to where it ended when
 * it was asked.
 *
 * <p>Threading: used by one thread.
 */
public final class LetterReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);

  private final String topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<Integer, Set<Long>> retried = new HashMap<>();
  private Map<TopicPartition, Long> ends = Map.of();

  /**
   * Connects.
   *
   * @throws KafkaFailure if the topic is missing or the cluster can't be reached
   */
  public LetterReader(Config config) {
    topic = config.get(ConfigKeys.DEAD_LETTERS_TOPIC);
    consumer =
        new KafkaConsumer<>(
            ClientSettings.consumer(config),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    try {
      List<PartitionInfo> found = consumer.partitionsFor(topic);
      if (found == null || found.isEmpty()) {
        throw new KafkaFailure(
            "topic " + topic + " does not exist; `lacuna topics create` does it");
      }
      partitions = found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
      consumer.assign(partitions);
    } catch (KafkaException e) {
      consumer.close();
      throw new KafkaFailure("the dead letters can't be read", e);
    } catch (KafkaFailure e) {
      consumer.close();
      throw e;
    }
  }

  /** Learns which letters were sent again; {@link #read} goes as far as this did. */
  public void readMarks() {
    retried.clear();
    ends = consumer.endOffsets(partitions);
    readAll(
        letter -> {
          letter
              .marks()
              .ifPresent(
                  offset ->
                      retried
                          .computeIfAbsent(letter.partition(), none -> new HashSet<>())
                          .add(offset));
          return true;
        });
  }

  /** Whether a letter was sent again, as far as marks were read. */
  public boolean isRetried(StoredLetter letter) {
    return retried.getOrDefault(letter.partition(), Set.of()).contains(letter.offset());
  }

  /**
   * Reads the letters, oldest first in each partition.
   *
   * @param next takes one; false to end
   */
  public void read(Predicate<StoredLetter> next) {
    readAll(letter -> letter.marks().isPresent() || next.test(letter));
  }

  private void readAll(Predicate<StoredLetter> next) {
    try {
      consumer.seekToBeginning(partitions);
      while (!reachedEnds()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          long end = ends.get(new TopicPartition(topic, record.partition()));
          if (record.offset() < end && !next.test(new StoredLetter(record))) {
            return;
          }
        }
      }
    } catch (KafkaException e) {
      throw new KafkaFailure("the dead letters can't be read", e);
    }
  }

  private boolean reachedEnds() {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** The letter at this place, if there is one. */
  public Optional<StoredLetter> at(int partition, long offset) {
    TopicPartition place = new TopicPartition(topic, partition);
    if (!partitions.contains(place)) {
      return Optional.empty();
    }
    try {
      long first = consumer.beginningOffsets(List.of(place)).get(place);
      long end = consumer.endOffsets(List.of(place)).get(place);
      if (offset < first || offset >= end) {
        return Optional.empty();
      }
      consumer.seekToEnd(partitions);
      consumer.seek(place, offset);
      while (consumer.position(place) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(place)) {
          return record.offset() == offset
              ? Optional.of(new StoredLetter(record)).filter(one -> one.marks().isEmpty())
              : Optional.empty();
        }
      }
      return Optional.empty();
    } catch (KafkaException e) {
      throw new KafkaFailure("the dead letter can't be read", e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
