package dev.lacuna.topology.kafka;

import dev.lacuna.topology.inputs.InputConsumer;
import dev.lacuna.topology.inputs.LabellingProducer;
import dev.lacuna.topology.inputs.ServedPartitionsAssignor;
import dev.lacuna.topology.inputs.TopicWatch;
import dev.lacuna.topology.inputs.TrimmedAdmin;
import dev.lacuna.topology.partitions.PartitionCounts;
import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.CleanStop;
import dev.lacuna.topology.process.CommitPace;
import dev.lacuna.topology.process.WorkerMetrics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Kafka's own clients: the main consumer in a {@link PausingConsumer} and a {@link
 * StoppableConsumer}, and wrapped so that topics may change while they are read ({@link
 * TopicWatch}). Kafka Streams ignores a supplier under {@code group.protocol=streams}, which {@link
 * StreamsSettings} refuses.
 *
 * <p>Threading: any thread may call any method.
 */
public final class PausingClientSupplier implements KafkaClientSupplier {
  /** Kafka's own default of {@code default.api.timeout.ms}. */
  private static final int API_TIMEOUT_DEFAULT_MILLIS = 60_000;

  private final AcceptedCounts accepted;
  private final PartitionCounts partitions;
  private final CommitPace pace;
  private final WorkerMetrics metrics;
  private final TopicWatch topics;
  private final CleanStop stop;

  /**
   * Pauses partitions of a request topic while its accepted work is at its cap; keeps to the topics
   * that are there; waits end at the stop.
   *
   * @param partitions is told how many partitions the topics have
   */
  public PausingClientSupplier(
      AcceptedCounts accepted,
      PartitionCounts partitions,
      CommitPace pace,
      WorkerMetrics metrics,
      TopicWatch topics,
      CleanStop stop) {
    this.accepted = accepted;
    this.partitions = partitions;
    this.pace = pace;
    this.metrics = metrics;
    this.topics = topics;
    this.stop = stop;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return TrimmedAdmin.wrap(Admin.create(config), topics);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return LabellingProducer.wrap(
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()), topics);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    Consumer<byte[], byte[]> inputs =
        InputConsumer.wrap(
            consumer(ServedPartitionsAssignor.into(config, topics)), topics, System::nanoTime);
    Object apiTimeoutMillis =
        config.getOrDefault(
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_DEFAULT_MILLIS);
    return StoppableConsumer.wrap(
        PausingConsumer.wrap(
            inputs, accepted, pace, metrics, new PartitionWatch(inputs, partitions)),
        stop,
        Duration.ofMillis(Long.parseLong(String.valueOf(apiTimeoutMillis).trim())));
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
