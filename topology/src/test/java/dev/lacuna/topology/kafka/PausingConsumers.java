package dev.lacuna.topology.kafka;

import dev.lacuna.topology.AcceptedWork;
import dev.lacuna.topology.WorkerMetrics;
import org.apache.kafka.clients.consumer.Consumer;

/** The worker's consumer, for tests of other packages. */
public final class PausingConsumers {

  private PausingConsumers() {}

  /** Wraps a consumer as the worker does. */
  public static Consumer<byte[], byte[]> wrap(
      Consumer<byte[], byte[]> consumer, AcceptedWork accepted, WorkerMetrics metrics) {
    return PausingConsumer.wrap(consumer, accepted, metrics);
  }
}
