package dev.lacuna.topology.inputs;

import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;

/**
 * The id of the topic that a committed offset is of, at the end of the offset's metadata: {@code
 * <metadata of Kafka Streams>@<topic id>}. A topic that is deleted and made again keeps its name,
 * and a worker that is still busy with records of the old one commits their offsets to the new one;
 * whoever went on from there would skip what stands below.
 */
public final class OffsetLabel {
  /** Not a character of base64, which the metadata of Kafka Streams is written in. */
  private static final char MARK = '@';

  private OffsetLabel() {}

  /** The same offset, of this topic. */
  public static OffsetAndMetadata put(OffsetAndMetadata offset, Uuid topicId) {
    return with(offset, strip(offset).metadata() + MARK + topicId);
  }

  /** The same offset with the metadata that Kafka Streams wrote. */
  public static OffsetAndMetadata strip(OffsetAndMetadata offset) {
    int mark = offset.metadata().lastIndexOf(MARK);
    return mark < 0 ? offset : with(offset, offset.metadata().substring(0, mark));
  }

  /** The topic that an offset is of; empty if an earlier version or a person has set it. */
  public static Optional<Uuid> of(OffsetAndMetadata offset) {
    int mark = offset.metadata().lastIndexOf(MARK);
    if (mark < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Uuid.fromString(offset.metadata().substring(mark + 1)));
    } catch (IllegalArgumentException somebodyElses) {
      return Optional.empty();
    }
  }

  private static OffsetAndMetadata with(OffsetAndMetadata offset, String metadata) {
    return new OffsetAndMetadata(offset.offset(), offset.leaderEpoch(), metadata);
  }
}
