package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.fakes.Eventually;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.WorkerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KafkaTickSenderTest {
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicInteger producers = new AtomicInteger();
  private final KafkaTickSender ticks =
      new KafkaTickSender(
          "control",
          () -> {
            if (producers.incrementAndGet() == 1) {
              throw new IllegalStateException("no broker yet");
            }
            return kafka;
          },
          Duration.ofMillis(10),
          new WorkerMetrics(registry, new AcceptedCounts(TestParts.TOPICS.requests())));

  @AfterEach
  void close() {
    ticks.close();
  }

  @Test
  void shouldSendAgainToThePartitionUntilAnswered() {
    AtomicBoolean answered = new AtomicBoolean();
    ticks.sendUntil(3, 7, answered::get);
    Eventually.is(() -> kafka.history().size() >= 3);
    answered.set(true);
    ticks.close();

    ProducerRecord<byte[], byte[]> tick = kafka.history().get(0);
    assertThat(tick.topic()).isEqualTo("control");
    assertThat(tick.partition()).isEqualTo(3);
    assertThat(tick.key()).isEqualTo("__lacuna.tick".getBytes(StandardCharsets.UTF_8));
    assertThat(tick.value()).isNull();
    assertThat(producers.get()).as("one producer, made again after a failure").isEqualTo(2);
    assertThat(registry.get("lacuna.ticks.sent").counter().count())
        .isEqualTo(kafka.history().size());
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void shouldSendNothingWhenAlreadyAnswered() {
    ticks.sendUntil(0, 7, () -> true);
    AtomicBoolean other = new AtomicBoolean();
    ticks.sendUntil(1, 7, other::get);
    Eventually.is(() -> !kafka.history().isEmpty());
    other.set(true);

    assertThat(kafka.history()).allMatch(tick -> tick.partition() == 1);
  }

  @Test
  void shouldDropWhatIsAskedAfterTheClose() {
    ticks.close();
    ticks.sendUntil(0, 7, () -> false);

    assertThat(kafka.history()).isEmpty();
  }

  @Test
  void shouldMakeAnotherProducerWhenOneCanNoLongerSend() {
    MockProducer<byte[], byte[]> broken =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    broken.sendException = new KafkaException("in an error state");
    Queue<Producer<byte[], byte[]>> made = new ConcurrentLinkedQueue<>(List.of(broken, kafka));
    try (KafkaTickSender sender =
        new KafkaTickSender(
            "control",
            made::remove,
            Duration.ofMillis(10),
            new WorkerMetrics(registry, new AcceptedCounts(TestParts.TOPICS.requests())))) {
      sender.sendUntil(0, 7, () -> false);
      Eventually.is(() -> !kafka.history().isEmpty());
    }

    assertThat(broken.closed()).isTrue();
  }
}
