package dev.lacuna.topology.inputs;

import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** From where a partition is read. Nothing that is there is skipped, and nothing read twice. */
public sealed interface OffsetVerdict {

  /** From the committed offset. */
  record Stay() implements OffsetVerdict {}

  /**
   * From its first record, since nothing of it was ever read.
   *
   * @param why nothing was
   */
  record Earliest(String why) implements OffsetVerdict {}

  /**
   * A person must decide.
   *
   * @param sentence what is the matter, and the commands
   */
  record Stop(String sentence) implements OffsetVerdict {}

  /**
   * What is known of a partition.
   *
   * @param committed the group's offset, with its label
   * @param begin first offset of the log
   * @param end offset of the next record
   * @param topicId of the topic as it is now
   * @param forgotten whether the group has no offsets at all, though the application has worked
   */
  record Facts(
      TopicPartition partition,
      Optional<OffsetAndMetadata> committed,
      long begin,
      long end,
      Uuid topicId,
      boolean forgotten) {}

  /** Decides, with commands for this group. */
  static OffsetVerdict of(Facts facts, OffsetSentences sentences) {
    if (facts.committed().isEmpty()) {
      return facts.forgotten() && facts.begin() < facts.end()
          ? new Stop(sentences.forgotten(facts.partition(), facts.begin(), facts.end()))
          : new Earliest("the group has no offset of it");
    }
    OffsetAndMetadata committed = facts.committed().get();
    Optional<Uuid> label = OffsetLabel.of(committed);
    if (label.isPresent() && !label.get().equals(facts.topicId())) {
      return new Earliest("the topic was deleted and made again");
    }
    if (committed.offset() < facts.begin()) {
      return new Stop(
          sentences.retention(facts.partition(), committed.offset(), facts.begin(), facts.end()));
    }
    // Of the same topic: the consumer finds out by leader epochs where the logs part.
    return committed.offset() > facts.end() && label.isEmpty()
        ? new Stop(
            sentences.beyond(facts.partition(), committed.offset(), facts.begin(), facts.end()))
        : new Stay();
  }
}
