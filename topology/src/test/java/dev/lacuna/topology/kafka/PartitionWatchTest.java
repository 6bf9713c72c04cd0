package dev.lacuna.topology.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.topology.partitions.PartitionCounts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What a consumer knows of its topics' partitions, and where keys belong by that. */
final class PartitionWatchTest {
  private static final byte[] KEY = "r1".getBytes(StandardCharsets.UTF_8);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final PartitionCounts partitions = new PartitionCounts();
  private final PartitionWatch watch = new PartitionWatch(consumer, partitions);

  private void has(int count) {
    consumer.updatePartitions(
        "requests",
        IntStream.range(0, count)
            .mapToObj(partition -> new PartitionInfo("requests", partition, null, null, null))
            .toList());
  }

  private void assigned(int count) {
    consumer.assign(
        IntStream.range(0, count)
            .mapToObj(partition -> new TopicPartition("requests", partition))
            .toList());
    watch.run();
  }

  @Test
  void shouldKnowNothingBeforeThereIsAnAssignment() {
    has(4);
    watch.run();

    assertThat(partitions.of("requests", KEY)).isEmpty();
    assertThat(partitions.elsewhere("requests", 0, KEY)).isEmpty();
  }

  @Test
  void shouldFollowATopicThatGrows() {
    has(4);
    assigned(1);
    assertThat(partitions.of("requests", KEY)).hasValue(BuiltInPartitioner.partitionForKey(KEY, 4));
    assertThat(partitions.elsewhere("requests", 7, KEY)).as("it has more by now").isEmpty();
    has(9);
    assigned(2);

    int belongs = BuiltInPartitioner.partitionForKey(KEY, 9);
    assertThat(partitions.of("requests", KEY)).hasValue(belongs);
    assertThat(partitions.elsewhere("requests", belongs, KEY)).isEmpty();
    assertThat(partitions.elsewhere("requests", (belongs + 1) % 9, KEY)).hasValue(belongs);
  }

  @Test
  void shouldGoOnWithWhatItKnewWhenTheTopicIsGone() {
    has(4);
    assigned(1);
    consumer.updatePartitions("requests", List.of());
    assigned(2);

    assertThat(partitions.of("requests", KEY)).isPresent();
  }
}
