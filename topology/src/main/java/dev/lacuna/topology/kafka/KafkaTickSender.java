package dev.lacuna.topology.kafka;

import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.process.WorkerMetrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends ticks with one plain idempotent producer of the process: not a stream thread's, whose
 * transaction would have to commit first, and that is what an unarmed task must not do.
 *
 * <p>Threading: owns one daemon thread, which alone sends; any thread may call {@link #sendUntil}
 * and {@link #close}.
 */
public final class KafkaTickSender implements TickSender, AutoCloseable {
  private static final byte[] TICK_KEY = KEY.getBytes(StandardCharsets.UTF_8);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(KafkaTickSender.class);

  private final String controlTopic;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final Duration again;
  private final WorkerMetrics metrics;
  private final ScheduledThreadPoolExecutor thread;
  private volatile Producer<byte[], byte[]>
      producer; // made at the first tick, anew after a failure

  /**
   * Sends nothing yet.
   *
   * @param producers makes the idempotent producer, without transactions
   * @param again time between two ticks for one asker
   */
  public KafkaTickSender(
      String controlTopic,
      Supplier<Producer<byte[], byte[]>> producers,
      Duration again,
      WorkerMetrics metrics) {
    this.controlTopic = controlTopic;
    this.producers = producers;
    this.again = again;
    this.metrics = metrics;
    this.thread = DaemonThread.named("lacuna-ticks");
  }

  @Override
  public void sendUntil(int partition, long number, BooleanSupplier answered) {
    thread.execute(() -> send(partition, number, answered));
  }

  private void send(int partition, long number, BooleanSupplier answered) {
    if (answered.getAsBoolean()) {
      return;
    }
    try {
      if (producer == null) {
        producer = producers.get();
      }
      ProducerRecord<byte[], byte[]> tick =
          new ProducerRecord<>(controlTopic, partition, TICK_KEY, null);
      tick.headers().add(NUMBER_HEADER, TickSender.bytes(number));
      Future<?> unused = producer.send(tick, this::sent);
      metrics.tickSent();
    } catch (RuntimeException failed) {
      log.warn(
          "a tick was not sent and is tried again topic={} partition={}",
          controlTopic,
          partition,
          failed);
      discardProducer();
    }
    Future<?> unused =
        thread.schedule(
            () -> send(partition, number, answered), again.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A producer that throws once may do so for ever; without ticks no restored work is answered. */
  private void discardProducer() {
    Producer<byte[], byte[]> discarded = producer;
    producer = null;
    if (discarded != null) {
      discarded.close(Duration.ZERO);
    }
  }

  private void sent(Object metadata, Exception failed) {
    if (Right.isDenial(failed)) {
      log.error(
          "this worker may no longer write ticks, and work that was restored waits until it may:"
              + " grant WRITE topic={}",
          controlTopic);
    } else if (failed != null) {
      log.warn(
          "a tick was not acknowledged, another follows topic={} reason={}",
          controlTopic,
          failed.toString());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the tick thread still waits for the broker; it is a daemon and left behind");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    Producer<byte[], byte[]> made = producer;
    if (made != null) {
      made.close(Duration.ZERO);
    }
  }
}
