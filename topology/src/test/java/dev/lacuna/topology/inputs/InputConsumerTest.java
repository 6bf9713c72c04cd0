package dev.lacuna.topology.inputs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class InputConsumerTest {
  private static final TopicPartition R0 = new TopicPartition("requests", 0);

  private final FakeTopics topics = new FakeTopics();
  private final TopicWatch watch =
      new TopicWatch(
          new TaskTopics(List.of("requests"), "control", List.of("log")),
          "broker:9092",
          "lacuna",
          topics::admin);
  private final LateConsumer kafka = new LateConsumer();
  private final Consumer<byte[], byte[]> consumer = InputConsumer.wrap(kafka, watch, () -> 0);
  private Uuid id;

  @BeforeEach
  void subscribe() {
    id = topics.make("requests", 1);
    topics.make("control", 1);
    topics.log(R0, 5, 9);
    consumer.subscribe(List.of("requests"));
    kafka.updateBeginningOffsets(Map.of(R0, 5L));
    kafka.rebalance(List.of(R0));
  }

  private void commits(long offset, Uuid topicId) {
    kafka.commitSync(
        Map.of(R0, OffsetLabel.put(new OffsetAndMetadata(offset, "streams"), topicId)));
  }

  private OffsetAndMetadata taskBegins() {
    return consumer.committed(Set.of(R0)).get(R0);
  }

  private void poll() {
    assertThat(consumer.poll(Duration.ZERO)).isEmpty();
  }

  private void truncated(long position, long parting) {
    kafka.setPollException(truncation(position, parting));
  }

  private static LogTruncationException truncation(long position, long parting) {
    return new LogTruncationException(
        Map.of(R0, position), Map.of(R0, new OffsetAndMetadata(parting, Optional.of(3), "")));
  }

  /** Says when it is asked for a position what a poll has learned in the background. */
  private static final class LateConsumer extends MockConsumer<byte[], byte[]> {
    private KafkaException learned;

    LateConsumer() {
      super("none");
    }

    @Override
    public synchronized long position(TopicPartition partition) {
      KafkaException now = learned;
      learned = null;
      if (now != null) {
        throw now;
      }
      return super.position(partition);
    }
  }

  @Test
  void shouldReadAPartitionWithoutAnOffsetFromItsFirstRecord() {
    kafka.setPollException(new NoOffsetForPartitionException(Set.of(R0)));
    poll();

    assertThat(kafka.position(R0)).isEqualTo(5);
  }

  @Test
  void shouldHandKafkaStreamsItsOwnMetadata() {
    commits(7, id);

    assertThat(taskBegins()).isEqualTo(new OffsetAndMetadata(7, "streams"));
    assertThat(watch.readUnder(R0)).contains(id);
  }

  @Test
  void shouldReadFromTheFirstRecordWhenTheOffsetIsOfATopicThatIsNoMore() {
    commits(7, Uuid.randomUuid());
    kafka.seek(R0, 7);

    assertThat(taskBegins()).isNull();
    assertThat(kafka.position(R0)).isEqualTo(5);
  }

  @Test
  void shouldStopWithTheSentenceWhenRetentionRemovedWhatWasNotRead() {
    commits(2, id);
    taskBegins();
    kafka.setPollException(new OffsetOutOfRangeException(Map.of(R0, 2L)));

    assertThatThrownBy(() -> consumer.poll(Duration.ZERO))
        .isInstanceOf(InputStoppedException.class)
        .hasMessageContaining("retention removed records that were never read")
        .hasMessageContaining("3 offsets are gone");
  }

  @Test
  void shouldGoOnWhereTheLogsPartWhenTheSameTopicLostItsEnd() {
    commits(12, id);
    taskBegins();
    truncated(12, 8);
    poll();

    assertThat(kafka.position(R0)).isEqualTo(8);
  }

  @Test
  void shouldGoOnWhereTheLogsPartWhenThatIsSaidToWhoeverAsksForAPosition() {
    commits(12, id);
    taskBegins();
    kafka.learned = truncation(12, 8);

    assertThat(consumer.position(R0)).isEqualTo(8);
  }

  @Test
  void shouldStopWhenNobodyKnowsTheTopicAndThatIsSaidToWhoeverAsksForAPosition() {
    kafka.commitSync(Map.of(R0, new OffsetAndMetadata(12)));
    kafka.learned = truncation(12, 9);

    assertThatThrownBy(() -> consumer.position(R0))
        .isInstanceOf(InputStoppedException.class)
        .hasMessageContaining("its log ends before what was read");
  }

  @Test
  void shouldNotTakeANewTopicForOneThatLostItsEnd() {
    commits(12, Uuid.randomUuid());
    truncated(12, 9); // to go on there would skip all of the new topic
    poll();

    assertThat(kafka.position(R0)).isEqualTo(5);
  }

  @Test
  void shouldStopWhenNobodyKnowsWhichTopicTheOffsetIsOf() {
    kafka.commitSync(Map.of(R0, new OffsetAndMetadata(12)));
    truncated(12, 9);

    assertThatThrownBy(() -> consumer.poll(Duration.ZERO))
        .isInstanceOf(InputStoppedException.class)
        .hasMessageContaining("its log ends before what was read");
  }

  @Test
  void shouldEndTheThreadOnceWhenATopicThatIsReadIsMadeAgain() {
    commits(7, id);
    taskBegins();
    kafka.seek(R0, 7);
    topics.make("requests", 1);
    poll();
    watch.look();

    assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).isInstanceOf(InputRemadeException.class);
    poll(); // as the next thread, whose task has not begun
  }

  @Test
  void shouldWaitForATopicThatIsGone() {
    assertThat(watch.awaitInputs(Duration.ZERO)).isEmpty();
    topics.delete("requests");
    assertThat(watch.awaitInputs(Duration.ZERO)).containsExactly("requests");
  }

  @Test
  void shouldAssignWhatAllTopicsHave() {
    topics.make("requests", 4);
    topics.make("control", 3);
    assertThat(watch.countsNow().orElseThrow().served()).isEqualTo(3);
    topics.make("log", 2);
    assertThat(watch.countsNow().orElseThrow().served()).isEqualTo(2);
    assertThat(watch.problems()).anyMatch(line -> line.contains("--topic log --partitions 4"));
  }
}
