package dev.lacuna.topology.inputs;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits how far a partition was passed where nothing came of it: aborted records and transaction
 * markers at its end.
 *
 * <p>Why: Kafka Streams commits when it has processed a record. If none follows, the committed
 * offset stays before the aborted ones. Once retention has removed these, nobody can prove any more
 * that nothing else was among them. A consumer that has passed them can.
 *
 * <p>What is proven: all records that were delivered are processed if the committed offset is
 * beyond the last of them; then what lies between it and the consumer's position held nothing to
 * deliver. The commit is the member's own, outside of transactions: the group's coordinator refuses
 * it of a member that was fenced.
 *
 * <p>Threading: owned by the stream thread that owns the consumer.
 */
final class PassedOffsets {
  private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

  /** It blocks the stream thread, also at its end. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(PassedOffsets.class);

  private final Consumer<byte[], byte[]> consumer;
  private final LongSupplier nanos;
  private final Map<TopicPartition, Long> lastDelivered = new HashMap<>();

  /** Where the next poll goes on, by the last poll that moved on. */
  private final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();

  private long lookedNanos;

  PassedOffsets(Consumer<byte[], byte[]> consumer, LongSupplier nanos) {
    this.consumer = consumer;
    this.nanos = nanos;
    this.lookedNanos = nanos.getAsLong();
  }

  /** Records were handed to Kafka Streams, or passed over. */
  void polled(ConsumerRecords<byte[], byte[]> records) {
    positions.putAll(records.nextOffsets());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      lastDelivered.put(new TopicPartition(record.topic(), record.partition()), record.offset());
    }
  }

  /** Positions are set: what was known of them holds no more. */
  void forget(Collection<TopicPartition> partitions) {
    positions.keySet().removeAll(partitions);
  }

  /**
   * Commits what was passed, every few seconds at most. It looks again though it has committed:
   * Kafka Streams, which does not see every empty poll, may have set the offset back since.
   */
  void commit(Set<TopicPartition> assigned) {
    if (nanos.getAsLong() - lookedNanos < INTERVAL_NANOS) {
      return;
    }
    commitNow(assigned);
  }

  /** Commits what was passed. */
  void commitNow(Set<TopicPartition> assigned) {
    lookedNanos = nanos.getAsLong();
    positions.keySet().retainAll(assigned);
    lastDelivered.keySet().retainAll(assigned);
    Set<TopicPartition> ahead = new HashSet<>();
    positions.forEach(
        (partition, position) -> {
          if (position.offset() > lastDelivered(partition) + 1) {
            ahead.add(partition);
          }
        });
    if (!ahead.isEmpty()) {
      tryCommit(ahead);
    }
  }

  private long lastDelivered(TopicPartition partition) {
    return lastDelivered.getOrDefault(partition, -1L);
  }

  private void tryCommit(Set<TopicPartition> ahead) {
    try {
      Map<TopicPartition, OffsetAndMetadata> passed = passed(consumer.committed(ahead, ANSWER_MAX));
      if (!passed.isEmpty()) {
        consumer.commitSync(passed, ANSWER_MAX);
        log.debug("offsets were moved past aborted records and markers offsets={}", passed);
      }
    } catch (KafkaException later) {
      log.debug("passed offsets were not committed, it is tried again", later);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> passed(
      Map<TopicPartition, OffsetAndMetadata> committed) {
    Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();
    committed.forEach(
        (partition, before) -> {
          OffsetAndMetadata position = positions.get(partition);
          if (before == null || before.offset() <= lastDelivered(partition)) {
            return; // read for the first time, or records are still in work
          }
          if (before.offset() < position.offset()) {
            // Metadata of its own is the task's; the epoch is that of the position.
            passed.put(
                partition,
                new OffsetAndMetadata(
                    position.offset(), position.leaderEpoch(), before.metadata()));
          }
        });
    return passed;
  }
}
