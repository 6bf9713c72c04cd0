package dev.lacuna.topology.kafka;

import dev.lacuna.topology.partitions.PartitionCounts;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on how many partitions the topics have from which a consumer reads, as its metadata tells:
 * it keeps them for its own use, so that nothing is asked of a broker.
 *
 * <p>Threading: owned by the stream thread that owns the consumer.
 */
final class PartitionWatch implements Runnable {
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Logger log = LoggerFactory.getLogger(PartitionWatch.class);

  private final Consumer<byte[], byte[]> consumer;
  private final PartitionCounts partitions;
  private int assigned;
  private long lookedNanos;

  PartitionWatch(Consumer<byte[], byte[]> consumer, PartitionCounts partitions) {
    this.consumer = consumer;
    this.partitions = partitions;
  }

  @Override
  public void run() {
    int now = consumer.assignment().size();
    if (now == assigned && System.nanoTime() - lookedNanos < PAUSE_NANOS) {
      return;
    }
    assigned = now;
    lookedNanos = System.nanoTime();
    consumer.assignment().stream()
        .map(TopicPartition::topic)
        .collect(Collectors.toSet())
        .forEach(this::look);
  }

  private void look(String topic) {
    try {
      List<PartitionInfo> known = consumer.partitionsFor(topic, Duration.ZERO);
      if (!known.isEmpty()) {
        partitions.set(topic, known.size());
      }
    } catch (KafkaException notKnown) { // what was known before goes on to count
      log.debug("the consumer has no metadata of a topic topic={}", topic, notKnown);
    }
  }
}
