package dev.lacuna.field;

import dev.lacuna.it.Pipeline;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A partition that ends in records of aborted transactions, which a reader of committed records
 * passes without seeing one, and retention that removes them.
 */
public final class AbortedTail {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private AbortedTail() {}

  /** Appends records in a transaction that is aborted; the partition's end after that. */
  public static long append(
      Admin admin, String bootstrapServers, TopicPartition partition, int records)
      throws Exception {
    long end = end(admin, partition) + records + 1; // with the marker
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "tail-" + partition),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (int i = 0; i < records; i++) {
        producer.send(
            new ProducerRecord<>(
                partition.topic(), partition.partition(), new byte[] {'x'}, new byte[100]));
      }
      producer.flush();
      producer.abortTransaction();
    }
    // The broker writes the marker a moment after it has said that the transaction is aborted.
    Pipeline.await("the marker is there", LIMIT, () -> end(admin, partition) == end);
    return end;
  }

  /** Offset of the next record of a partition. */
  public static long end(Admin admin, TopicPartition partition) throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  /** Removes what stands before an offset, as retention does. */
  public static void retain(Admin admin, TopicPartition partition, long from) throws Exception {
    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(from))).all().get();
  }
}
