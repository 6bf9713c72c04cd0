package dev.lacuna.topology.kafka;

import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.CommitPace;
import dev.lacuna.topology.process.WorkerMetrics;
import org.apache.kafka.clients.consumer.Consumer;

/** The worker's consumer, for tests of other packages. */
public final class PausingConsumers {

  private PausingConsumers() {}

  /** Wraps a consumer as the worker does. */
  public static Consumer<byte[], byte[]> wrap(
      Consumer<byte[], byte[]> consumer,
      AcceptedCounts accepted,
      CommitPace pace,
      WorkerMetrics metrics) {
    return PausingConsumer.wrap(consumer, accepted, pace, metrics, () -> {});
  }
}
