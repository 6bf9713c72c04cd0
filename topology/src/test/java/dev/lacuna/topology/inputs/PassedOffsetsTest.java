package dev.lacuna.topology.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PassedOffsetsTest {
  private static final TopicPartition R0 = new TopicPartition("requests", 0);
  private static final TopicPartition R1 = new TopicPartition("requests", 1);

  private final AtomicLong nanos = new AtomicLong();
  private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("none");
  private final PassedOffsets passed = new PassedOffsets(kafka, nanos::get);

  @BeforeEach
  void assign() {
    kafka.assign(List.of(R0, R1));
    kafka.updateBeginningOffsets(Map.of(R0, 0L, R1, 0L));
  }

  private static ConsumerRecords<byte[], byte[]> polled(
      TopicPartition partition, long position, long... delivered) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long offset : delivered) {
      records.add(
          new ConsumerRecord<>(
              partition.topic(), partition.partition(), offset, new byte[0], new byte[0]));
    }
    return new ConsumerRecords<>(
        records.isEmpty() ? Map.of() : Map.of(partition, records),
        Map.of(partition, new OffsetAndMetadata(position, Optional.of(7), "")));
  }

  private void commits(TopicPartition partition, long offset) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    offsets.put(partition, new OffsetAndMetadata(offset, Optional.of(3), "streams@label"));
    kafka.commitSync(offsets);
  }

  private OffsetAndMetadata committed(TopicPartition partition) {
    return kafka.committed(Set.of(partition)).get(partition);
  }

  private void look() {
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    passed.commit(kafka.assignment());
  }

  @Test
  void shouldCommitPastAbortedRecordsWhenAllThatWasDeliveredIsCommitted() {
    passed.polled(polled(R0, 5, 3, 4));
    passed.polled(polled(R0, 11));
    commits(R0, 5);
    look();

    assertThat(committed(R0)).isEqualTo(new OffsetAndMetadata(11, Optional.of(7), "streams@label"));
  }

  @Test
  void shouldCommitNothingWhileDeliveredRecordsAreInWork() {
    commits(R0, 3);
    passed.polled(polled(R0, 11, 3, 4));
    look();
    assertThat(committed(R0).offset()).isEqualTo(3);
    commits(R0, 4);
    look();
    assertThat(committed(R0).offset()).as("one of two is processed").isEqualTo(4);
    commits(R0, 5);
    look();
    assertThat(committed(R0).offset()).as("both are").isEqualTo(11);
  }

  @Test
  void shouldKeepWhatIsInWorkOfAPartitionWhenAnotherIsPositionedAnew() {
    commits(R0, 3);
    passed.polled(polled(R0, 11, 3, 4));
    passed.forget(Set.of(R1));
    look();
    passed.forget(Set.of(R0));
    passed.polled(polled(R0, 11));
    look();

    assertThat(committed(R0).offset()).isEqualTo(3);
  }

  @Test
  void shouldCommitWhenNothingWasDeliveredSinceTheCommittedOffset() {
    commits(R0, 5);
    passed.polled(polled(R0, 8));
    look();

    assertThat(committed(R0).offset()).isEqualTo(8);
  }

  @Test
  void shouldCommitAgainWhenKafkaStreamsHasSetTheOffsetBack() {
    passed.polled(polled(R0, 5, 3, 4));
    passed.polled(polled(R0, 11));
    commits(R0, 5);
    look();
    commits(R0, 5);
    look();

    assertThat(committed(R0).offset()).isEqualTo(11);
  }

  @Test
  void shouldNeverMoveAnOffsetBackNorMakeOne() {
    commits(R0, 20);
    passed.polled(polled(R0, 8));
    passed.polled(polled(R1, 8));
    look();

    assertThat(committed(R0).offset()).isEqualTo(20);
    assertThat(committed(R1)).isNull();
  }

  @Test
  void shouldForgetPartitionsThatAreAssignedNoMore() {
    commits(R0, 5);
    passed.polled(polled(R0, 8));
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    passed.commit(Set.of(R1));
    look();

    assertThat(committed(R0).offset()).isEqualTo(5);
  }
}
