package dev.lacuna.topology.kafka;

import dev.lacuna.topology.AcceptedWork;
import dev.lacuna.topology.WorkerMetrics;
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
 * Kafka's own clients: the main consumer in a {@link PausingConsumer}, producers so that their
 * commits are counted. Kafka Streams ignores a supplier under {@code group.protocol=streams}, which
 * {@link StreamsSettings} refuses.
 *
 * <p>Threading: any thread may call any method.
 */
public final class PausingClientSupplier implements KafkaClientSupplier {
  private final AcceptedWork accepted;
  private final WorkerMetrics metrics;
  private final CountedCommits commits;

  /** Pauses partitions of a request topic while its accepted work is at its cap. */
  public PausingClientSupplier(
      AcceptedWork accepted, WorkerMetrics metrics, CountedCommits commits) {
    this.accepted = accepted;
    this.metrics = metrics;
    this.commits = commits;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return commits.wrap(
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return PausingConsumer.wrap(consumer(config), accepted, metrics);
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
