package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.process.TickSender;
import dev.lacuna.topology.store.DeathNote;
import dev.lacuna.topology.store.DeathNoteCodec;
import dev.lacuna.topology.store.Suspect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class DeathNoteSenderTest {
  private static final Duration AGAIN = Duration.ofMillis(5);

  private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();

  private static DeathNote note(int partition, String id) {
    return new DeathNote(new UUID(1, 2), new Suspect.Request(partition, id, 1), false, 1, 0);
  }

  private MockProducer<byte[], byte[]> producer() {
    Node node = new Node(0, "nowhere", 1);
    List<PartitionInfo> partitions =
        List.of(
            new PartitionInfo("control", 0, node, null, null),
            new PartitionInfo("control", 1, node, null, null));
    Cluster cluster = new Cluster("test", List.of(node), partitions, Set.of(), Set.of());
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            cluster, true, null, new ByteArraySerializer(), new ByteArraySerializer());
    made.add(producer);
    return producer;
  }

  @Test
  void shouldSendEachNoteToThePartitionOfItsOwner() throws Exception {
    try (DeathNoteSender sender = new DeathNoteSender("control", this::producer, AGAIN)) {
      assertThat(sender.send(List.of(note(1, "a"), note(0, "b")))).isTrue();
    }
    assertThat(made).hasSize(1);
    assertThat(made.get(0).closed()).isTrue();
    assertThat(made.get(0).history())
        .allSatisfy(
            record -> {
              assertThat(record.topic()).isEqualTo("control");
              assertThat(record.key())
                  .isEqualTo(TickSender.DEATH_KEY.getBytes(StandardCharsets.UTF_8));
              assertThat(record.partition())
                  .isEqualTo(DeathNoteCodec.decode(record.value()).suspect().partition());
            })
        .hasSize(2);
  }

  @Test
  void shouldTryAgainWithANewProducerUntilAllAreAcknowledged() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    try (DeathNoteSender sender =
        new DeathNoteSender("control", () -> failing(tries.incrementAndGet()), AGAIN)) {
      assertThat(sender.send(List.of(note(0, "a"), note(1, "b")))).isTrue();
    }
    assertThat(tries.get()).isEqualTo(4);
    assertThat(made.get(2).history()).as("both, in the last try").hasSize(2);
  }

  /** The first can't be made, the next knows no partitions, the third can't send. */
  private Producer<byte[], byte[]> failing(int number) {
    if (number == 1) {
      throw new TimeoutException("no broker yet");
    }
    MockProducer<byte[], byte[]> producer = producer();
    if (number == 2) {
      producer.partitionsForException = new TimeoutException("no metadata yet");
    } else if (number == 3) {
      producer.sendException = new TimeoutException("not acknowledged");
    }
    return producer;
  }

  @Test
  void shouldDropANoteWhosePartitionIsGone() throws Exception {
    try (DeathNoteSender sender = new DeathNoteSender("control", this::producer, AGAIN)) {
      assertThat(sender.send(List.of(note(7, "gone"), note(0, "b")))).isTrue();
    }
    assertThat(made.get(0).history()).hasSize(1);
  }

  @Test
  void shouldGiveUpWhenClosed() throws Exception {
    DeathNoteSender sender =
        new DeathNoteSender(
            "control",
            () -> {
              throw new TimeoutException("never");
            },
            Duration.ofMinutes(5));
    Thread closing = new Thread(sender::close);
    closing.start();
    assertThat(sender.send(List.of(note(0, "a")))).isFalse();
    closing.join();
  }
}
