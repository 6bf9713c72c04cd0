package dev.lacuna.topology.outbox;

import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A record that can't be answered, as it is published: key, value and headers untouched, and
 * headers after them that say where it stood and why it is here. Of a record that a worker has sent
 * on that is where its producer had put it.
 *
 * <p>A record that would not fit the dead-letter topic would stop the worker for ever; its value is
 * cut, or its headers and key left out, and {@link #CUT} tells the sizes they had.
 *
 * @param key the record's key, or null
 * @param value the record's value, or null
 * @param headers the record's headers, then those of this class
 */
public record DeadLetter(byte[] key, byte[] value, List<HeaderEntry> headers) {
  /** Topic of the record. */
  public static final String TOPIC = "lacuna.dead.topic";

  /** Partition of the record, decimal. */
  public static final String PARTITION = "lacuna.dead.partition";

  /** Offset of the record, decimal. */
  public static final String OFFSET = "lacuna.dead.offset";

  /** Stable code. */
  public static final String CODE = "lacuna.dead.code";

  /** A sentence for a person. */
  public static final String MESSAGE = "lacuna.dead.message";

  /** Present if something was cut: what, and its size before. */
  public static final String CUT = "lacuna.dead.cut";

  private static final int MESSAGE_MAX_BYTES = 1000;
  private static final int CUT_HEADER_BYTES = 200;

  /** The dead letter of a record, no larger than maxBytes. */
  public static DeadLetter of(InputRecord record, String code, String message, int maxBytes) {
    List<HeaderEntry> ours = new ArrayList<>();
    Hop stood = Hop.of(record).orElse(Hop.from(record));
    ours.add(header(TOPIC, stood.topic()));
    ours.add(header(PARTITION, Integer.toString(stood.partition())));
    ours.add(header(OFFSET, Long.toString(stood.offset())));
    ours.add(header(CODE, code));
    ours.add(header(MESSAGE, Clip.toBytes(message, MESSAGE_MAX_BYTES)));
    List<HeaderEntry> headers = new ArrayList<>(Hop.headersOf(record));
    headers.addAll(ours);
    byte[] key = Hop.keyOf(record);
    long valueBytes = record.value() == null ? 0 : record.value().length;
    if (RecordSize.of(key, valueBytes, headers) <= maxBytes) {
      return new DeadLetter(key, record.value(), List.copyOf(headers));
    }
    return cut(record, ours, headers, maxBytes - CUT_HEADER_BYTES);
  }

  private static DeadLetter cut(
      InputRecord record, List<HeaderEntry> ours, List<HeaderEntry> all, int room) {
    byte[] key = Hop.keyOf(record);
    long value = room - RecordSize.of(key, 0, all);
    if (value >= 0) {
      return new DeadLetter(key, head(record.value(), value), cutHeader(record, all, "value"));
    }
    value = Math.max(0, room - RecordSize.of(null, 0, ours));
    return new DeadLetter(
        null, head(record.value(), value), cutHeader(record, ours, "key, headers, value"));
  }

  private static List<HeaderEntry> cutHeader(
      InputRecord record, List<HeaderEntry> headers, String what) {
    List<HeaderEntry> with = new ArrayList<>(headers);
    with.add(
        header(
            CUT,
            what
                + "; had key "
                + length(Hop.keyOf(record))
                + ", headers "
                + HeaderEntry.sizeBytes(Hop.headersOf(record))
                + ", value "
                + length(record.value())
                + " bytes"));
    return List.copyOf(with);
  }

  private static byte[] head(byte[] bytes, long room) {
    return bytes == null || bytes.length <= room ? bytes : Arrays.copyOf(bytes, (int) room);
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static HeaderEntry header(String key, String value) {
    return new HeaderEntry(key, value.getBytes(StandardCharsets.UTF_8));
  }
}
