package dev.lacuna.field;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A transaction that nobody ends, as a producer leaves it that died or lost its network: whoever
 * needs what comes after it waits until the broker gives it up, a quarter of an hour by default.
 *
 * <p>Threading: owned by one thread.
 */
public final class HangingTransaction implements AutoCloseable {

  private final KafkaProducer<byte[], byte[]> producer;

  private HangingTransaction(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "transactional.id",
                "hanging-" + UUID.randomUUID(),
                "transaction.timeout.ms",
                (int) Duration.ofMinutes(10).toMillis()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
  }

  /**
   * One that holds offsets of a group: whoever asks for the group's stable offsets waits.
   *
   * @param offset what would be committed
   */
  public static HangingTransaction ofOffsets(
      String bootstrapServers, String group, TopicPartition partition, long offset) {
    HangingTransaction hanging = new HangingTransaction(bootstrapServers);
    hanging.producer.sendOffsetsToTransaction(
        Map.of(partition, new OffsetAndMetadata(offset)), new ConsumerGroupMetadata(group));
    return hanging;
  }

  /** One that holds a record: whoever reads committed records of the partition waits before it. */
  public static HangingTransaction ofRecord(
      String bootstrapServers, ProducerRecord<byte[], byte[]> record) throws Exception {
    HangingTransaction hanging = new HangingTransaction(bootstrapServers);
    hanging.producer.send(record).get();
    return hanging;
  }

  /** Aborts it: those who wait go on. */
  @Override
  public void close() {
    producer.abortTransaction();
    producer.close(Duration.ofSeconds(5));
  }
}
