package dev.lacuna.topology.kafka;

import dev.lacuna.topology.partitions.PartitionCounts;
import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.CommitPace;
import dev.lacuna.topology.process.WorkerMetrics;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka's own clients: the main consumer in a {@link PausingConsumer}, all others as they are.
 * Kafka Streams ignores a supplier under {@code group.protocol=streams}, which {@link
 * StreamsSettings} refuses.
 *
 * <p>Threading: any thread may call any method.
 */
public final class PausingClientSupplier implements KafkaClientSupplier {
  private final AcceptedCounts accepted;
  private final PartitionCounts partitions;
  private final CommitPace pace;
  private final WorkerMetrics metrics;

  /**
   * Pauses partitions of a request topic while its accepted work is at its cap.
   *
   * @param partitions is told how many partitions the topics have
   */
  public PausingClientSupplier(
      AcceptedCounts accepted, PartitionCounts partitions, CommitPace pace, WorkerMetrics metrics) {
    this.accepted = accepted;
    this.partitions = partitions;
    this.pace = pace;
    this.metrics = metrics;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    Consumer<byte[], byte[]> consumer = consumer(config);
    return PausingConsumer.wrap(
        consumer, accepted, pace, metrics, new PartitionWatch(consumer, partitions));
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
