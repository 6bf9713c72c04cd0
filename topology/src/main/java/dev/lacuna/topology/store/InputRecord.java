package dev.lacuna.topology.store;

import dev.lacuna.topology.process.TickSender;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A record as it was read, kept whole so that a dead letter can carry it untouched. The arrays are
 * never written after construction.
 *
 * @param source which of the two topics it came from
 * @param topic name of the topic
 * @param partition partition of the topic
 * @param offset offset in the partition
 * @param timestampMillis the record's timestamp, milliseconds since the epoch
 * @param key its bytes, or null
 * @param value its bytes, or null
 * @param headers its headers in order
 */
public record InputRecord(
    Source source,
    String topic,
    int partition,
    long offset,
    long timestampMillis,
    byte[] key,
    byte[] value,
    List<HeaderEntry> headers) {

  public InputRecord {
    headers = List.copyOf(headers);
  }

  /** Which topic a record came from. */
  public enum Source {
    /** The request topic. */
    REQUESTS(0),
    /** The control topic. */
    CONTROL(1);

    private final byte code;

    Source(int code) {
      this.code = (byte) code;
    }

    /** The byte that stands for it in a store. */
    byte code() {
      return code;
    }

    static Optional<Source> ofCode(byte code) {
      for (Source source : values()) {
        if (source.code == code) {
          return Optional.of(source);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Whether it is a tick that this asker asked for.
   *
   * @param number the asker's number, see {@link TickSender#sendUntil}
   */
  public boolean isTick(long number) {
    return isTick()
        && headers.stream()
            .filter(header -> header.key().equals(TickSender.NUMBER_HEADER))
            .anyMatch(header -> Arrays.equals(header.value(), TickSender.bytes(number)));
  }

  /** Whether it is anybody's tick. */
  public boolean isTick() {
    return source == Source.CONTROL
        && value == null
        && key != null
        && new String(key, StandardCharsets.UTF_8).equals(TickSender.KEY);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InputRecord that
        && source == that.source
        && topic.equals(that.topic)
        && partition == that.partition
        && offset == that.offset
        && timestampMillis == that.timestampMillis
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value)
        && headers.equals(that.headers);
  }

  @Override
  public int hashCode() {
    return Objects.hash(source, topic, partition, offset);
  }
}
