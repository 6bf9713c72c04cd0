package dev.lacuna.topology.kafka;

import dev.lacuna.topology.process.CleanStop;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A main consumer whose long waits end when the worker is told to stop.
 *
 * <p>A task that begins asks for its committed offsets, and the broker keeps those back while a
 * transaction that holds some is open: up to a quarter of an hour where its producer has died. The
 * stream thread waits in that call for a minute at a time, deaf to its shutdown. Here it waits in
 * slices. The time-out that ends the wait is one that Kafka Streams expects: it closes its tasks in
 * order and leaves the group.
 *
 * <p>Threading: owned by the stream thread that owns the consumer.
 */
final class StoppableConsumer implements InvocationHandler {

  private static final Duration SLICE = Duration.ofMillis(250);

  /** For leaving the group, once the worker stops: a broker that is away would cost 30 s. */
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final Consumer<byte[], byte[]> consumer;
  private final CleanStop stop;
  private final Duration apiTimeout;

  private StoppableConsumer(
      Consumer<byte[], byte[]> consumer, CleanStop stop, Duration apiTimeout) {
    this.consumer = consumer;
    this.stop = stop;
    this.apiTimeout = apiTimeout;
  }

  /**
   * Wraps a consumer.
   *
   * @param apiTimeout how long a call without a time-out of its own may wait
   */
  @SuppressWarnings("unchecked")
  static Consumer<byte[], byte[]> wrap(
      Consumer<byte[], byte[]> consumer, CleanStop stop, Duration apiTimeout) {
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            StoppableConsumer.class.getClassLoader(),
            new Class<?>[] {Consumer.class},
            new StoppableConsumer(consumer, stop, apiTimeout));
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    int count = arguments == null ? 0 : arguments.length;
    if (method.getName().equals("committed") && count == 1) {
      return committed((Set<TopicPartition>) arguments[0]);
    }
    if (method.getName().equals("close") && stop.ordered()) {
      consumer.close(bounded(count == 1 && arguments[0] instanceof CloseOptions o ? o : null));
      return null;
    }
    try {
      return method.invoke(consumer, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
    long begun = System.nanoTime();
    while (true) {
      try {
        return consumer.committed(partitions, SLICE);
      } catch (TimeoutException e) {
        if (stop.ordered() || System.nanoTime() - begun > apiTimeout.toNanos()) {
          throw e;
        }
      }
    }
  }

  private static CloseOptions bounded(CloseOptions asked) {
    CloseOptions bounded = CloseOptions.timeout(CLOSE_MAX);
    return asked == null
        ? bounded
        : bounded.withGroupMembershipOperation(asked.groupMembershipOperation());
  }
}
