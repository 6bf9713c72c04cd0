package dev.lacuna.worker.kafka;

import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.IsolationLevel;
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
  private static final Duration POLL = Duration.ofMillis(500);

  /** Twice what a worker's transaction may take before the broker ends it. */
  private static final Duration DECIDED_WITHIN = Duration.ofSeconds(60);

  private final String topic;
  private final Config config;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<Integer, Set<Long>> retried = new HashMap<>();
  private final Map<TopicPartition, Long> starts = new HashMap<>();
  private Map<TopicPartition, Long> ends = Map.of();

  /**
   * Connects.
   *
   * @param since letters that were written before this are passed over
   * @throws KafkaFailure if the topic is missing or the cluster can't be reached
   */
  public LetterReader(Config config, Optional<Instant> since) {
    this.config = config;
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
      starts.putAll(consumer.beginningOffsets(partitions));
      since.ifPresent(this::startAt);
    } catch (KafkaException e) {
      consumer.close();
      throw unreadable(e);
    } catch (KafkaFailure e) {
      consumer.close();
      throw e;
    }
  }

  /** A mark stands behind its letter, so that marks before the first letter are none of ours. */
  private void startAt(Instant since) {
    Map<TopicPartition, Long> ask =
        partitions.stream().collect(Collectors.toMap(one -> one, one -> since.toEpochMilli()));
    Map<TopicPartition, Long> last = consumer.endOffsets(partitions);
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(ask);
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp first = found.get(partition);
      starts.put(partition, first == null ? last.get(partition) : first.offset());
    }
  }

  /** Learns which letters were sent again, of all that is committed now. */
  public void readMarks() {
    try {
      ends = consumer.endOffsets(partitions);
    } catch (KafkaException e) {
      throw unreadable(e);
    }
    learn(Long.MAX_VALUE);
  }

  /**
   * The same, of all that stands in the topic now, committed or not: waits for what is open. A
   * worker's open transaction hides what stands behind it, so that without the wait a mark there
   * would be missed and its letter be sent twice.
   *
   * @throws KafkaFailure if a transaction stays open for longer than brokers let a worker's be
   */
  public void readAllMarks() {
    ends = highWatermarks();
    learn(System.nanoTime() + DECIDED_WITHIN.toNanos());
  }

  private void learn(long untilNanos) {
    retried.clear();
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
        },
        untilNanos);
  }

  private Map<TopicPartition, Long> highWatermarks() {
    Map<TopicPartition, OffsetSpec> ask =
        partitions.stream().collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest()));
    try (Admin admin = Admin.create(ClientSettings.admin(config))) {
      return admin
          .listOffsets(ask, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    } catch (ExecutionException e) {
      throw unreadable(e.getCause());
    } catch (InterruptedException e) {
      throw KafkaFailure.interrupted(e);
    }
  }

  /** Whether a letter was sent again, as far as marks were read. */
  public boolean isRetried(StoredLetter letter) {
    return retried.getOrDefault(letter.partition(), Set.of()).contains(letter.offset());
  }

  /**
   * Reads the letters as far as marks were read, oldest first in each partition.
   *
   * @param next takes one; false to end
   */
  public void read(Predicate<StoredLetter> next) {
    readAll(letter -> letter.marks().isPresent() || next.test(letter), Long.MAX_VALUE);
  }

  private void readAll(Predicate<StoredLetter> next, long untilNanos) {
    try {
      starts.forEach(consumer::seek);
      while (!reachedEnds()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          long end = ends.get(new TopicPartition(topic, record.partition()));
          if (record.offset() < end && !next.test(new StoredLetter(record))) {
            return;
          }
        }
        if (System.nanoTime() - untilNanos > 0 && untilNanos != Long.MAX_VALUE) {
          throw stuck();
        }
      }
    } catch (KafkaException e) {
      throw unreadable(e);
    }
  }

  private KafkaFailure stuck() {
    String where =
        ends.entrySet().stream()
            .filter(end -> consumer.position(end.getKey()) < end.getValue())
            .map(end -> end.getKey() + " at offset " + consumer.position(end.getKey()))
            .sorted()
            .collect(Collectors.joining(", "));
    return new KafkaFailure(
        "what was sent again can't be known: for "
            + DECIDED_WITHIN.toSeconds()
            + " s a transaction has been open in "
            + where
            + "; kafka-transactions.sh find-hanging finds it. Nothing was sent");
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
      long end = consumer.endOffsets(List.of(place)).get(place);
      if (offset < starts.get(place) || offset >= end) {
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
      throw unreadable(e);
    }
  }

  private static KafkaFailure unreadable(Throwable e) {
    return new KafkaFailure("the dead letters can't be read", e);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
