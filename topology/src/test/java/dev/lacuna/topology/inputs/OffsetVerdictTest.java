package dev.lacuna.topology.inputs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

final class OffsetVerdictTest {
  private static final TopicPartition PARTITION = new TopicPartition("requests", 1);
  private static final Uuid NOW = Uuid.randomUuid();
  private static final OffsetSentences SENTENCES = new OffsetSentences("broker:9092", "lacuna");

  private static OffsetVerdict of(OffsetAndMetadata committed, long begin, long end) {
    return OffsetVerdict.of(
        new OffsetVerdict.Facts(PARTITION, Optional.ofNullable(committed), begin, end, NOW, false),
        SENTENCES);
  }

  private static OffsetVerdict forgotten(long begin, long end) {
    return OffsetVerdict.of(
        new OffsetVerdict.Facts(PARTITION, Optional.empty(), begin, end, NOW, true), SENTENCES);
  }

  private static OffsetAndMetadata ours(long offset, Uuid topicId) {
    return OffsetLabel.put(new OffsetAndMetadata(offset, "AgAAAZ=="), topicId);
  }

  @Test
  void shouldStayWhereTheOffsetIsInTheLogOrAtEitherEnd() {
    for (long offset : new long[] {3, 5, 9}) {
      assertThat(of(ours(offset, NOW), 3, 9)).isInstanceOf(OffsetVerdict.Stay.class);
      assertThat(of(new OffsetAndMetadata(offset), 3, 9)).isInstanceOf(OffsetVerdict.Stay.class);
    }
  }

  @Test
  void shouldBeginAtTheFirstRecordWhenThePartitionWasNeverRead() {
    assertThat(of(null, 3, 9)).isInstanceOf(OffsetVerdict.Earliest.class);
    assertThat(forgotten(9, 9)).as("nothing to decide").isInstanceOf(OffsetVerdict.Earliest.class);
  }

  @Test
  void shouldBeginAtTheFirstRecordOfANewTopicWhateverTheOffsetOfTheOld() {
    for (long offset : new long[] {1, 5, 9, 90}) {
      assertThat(of(ours(offset, Uuid.randomUuid()), 3, 9))
          .isInstanceOf(OffsetVerdict.Earliest.class);
    }
  }

  @Test
  void shouldStopWhenRetentionRemovedWhatWasNotRead() {
    for (OffsetAndMetadata committed :
        new OffsetAndMetadata[] {ours(2, NOW), new OffsetAndMetadata(2)}) {
      assertThat(of(committed, 5, 5)).isInstanceOf(OffsetVerdict.Stop.class);
      assertThat(((OffsetVerdict.Stop) of(committed, 5, 9)).sentence())
          .contains("retention removed records that were never read", "3 offsets are gone")
          .contains(
              "kafka-consumer-groups.sh --bootstrap-server broker:9092 --group lacuna --topic"
                  + " requests:1 --reset-offsets --to-earliest --execute");
    }
  }

  @Test
  void shouldLeaveItToLeaderEpochsWhenTheSameTopicLostItsEnd() {
    assertThat(of(ours(12, NOW), 3, 9)).isInstanceOf(OffsetVerdict.Stay.class);
    assertThat(((OffsetVerdict.Stop) of(new OffsetAndMetadata(12), 3, 9)).sentence())
        .contains("its log ends before what was read");
  }

  @Test
  void shouldStopWhenTheGroupsOffsetsWereForgotten() {
    assertThat(((OffsetVerdict.Stop) forgotten(3, 9)).sentence())
        .contains("offsets.retention.minutes", "--to-datetime");
  }

  @Test
  void shouldLeaveTheMetadataOfKafkaStreamsAsItWas() {
    OffsetAndMetadata streams = new OffsetAndMetadata(4, Optional.of(2), "AgAAAZ==");
    OffsetAndMetadata labelled = OffsetLabel.put(streams, NOW);

    assertThat(OffsetLabel.of(labelled)).contains(NOW);
    assertThat(OffsetLabel.strip(labelled)).isEqualTo(streams);
    assertThat(OffsetLabel.put(labelled, NOW)).as("labelled twice").isEqualTo(labelled);
    assertThat(OffsetLabel.of(streams)).isEmpty();
    assertThat(OffsetLabel.of(new OffsetAndMetadata(4, "by me@home, really?!"))).isEmpty();
  }
}
