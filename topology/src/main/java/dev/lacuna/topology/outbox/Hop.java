package dev.lacuna.topology.outbox;

import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.InputRecord.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a record stood before a worker sent it on to another partition: a header that travels with
 * it. Whoever has one is never sent on again, so no record can go round in circles, whatever
 * workers think of the number of partitions.
 *
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset
 * @param timestampMillis its timestamp, milliseconds since the epoch; the record itself has the
 *     latest that its sender had read, since brokers delete and refuse by age
 */
public record Hop(String topic, int partition, long offset, long timestampMillis) {
  /** Topic, partition, offset and timestamp, as text with slashes between. */
  public static final String HEADER = "lacuna.hop";

  /** The key that the record had, if it was not sent on under the same; a null value is no key. */
  public static final String KEY_HEADER = "lacuna.hop.key";

  /** Largest record that is sent on by way of the control topic, which is never paused. */
  public static final int CONTROL_MAX_BYTES = 64 * 1024;

  private static final Pattern TEXT =
      Pattern.compile("([a-zA-Z0-9._-]{1,249})/(\\d{1,9})/(\\d{1,18})/(\\d{1,18})");

  /** The hop that begins where a record stands. */
  static Hop from(InputRecord record) {
    return new Hop(record.topic(), record.partition(), record.offset(), record.timestampMillis());
  }

  /** The hop that a record has behind it, if it has; a header of another form is a stranger's. */
  public static Optional<Hop> of(InputRecord record) {
    return header(record, HEADER)
        .filter(header -> header.value() != null)
        .map(header -> TEXT.matcher(new String(header.value(), StandardCharsets.UTF_8)))
        .filter(Matcher::matches)
        .map(
            text ->
                new Hop(
                    text.group(1),
                    Integer.parseInt(text.group(2)),
                    Long.parseLong(text.group(3)),
                    Long.parseLong(text.group(4))));
  }

  /** Whether a record of the control topic is a request whose key was not its id. */
  public static boolean hasAnotherKey(InputRecord record) {
    return record.source() == Source.CONTROL
        && of(record).isPresent()
        && header(record, KEY_HEADER).isPresent();
  }

  /** The key that a record's producer gave it, or null. */
  public static byte[] keyOf(InputRecord record) {
    return hasAnotherKey(record) ? header(record, KEY_HEADER).orElseThrow().value() : record.key();
  }

  /** The headers that a record's producer gave it. */
  public static List<HeaderEntry> headersOf(InputRecord record) {
    if (of(record).isEmpty()) {
      return record.headers();
    }
    return record.headers().stream()
        .filter(header -> !header.key().equals(HEADER) && !header.key().equals(KEY_HEADER))
        .toList();
  }

  /**
   * A record as its task takes it: with the timestamp that it had where it stood first. A header
   * that claims a later one than the record has is believed as little as a late clock.
   */
  public static InputRecord arrived(InputRecord record) {
    return of(record)
        .filter(hop -> hop.timestampMillis() < record.timestampMillis())
        .map(
            hop ->
                new InputRecord(
                    record.source(),
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    hop.timestampMillis(),
                    record.key(),
                    record.value(),
                    record.headers()))
        .orElse(record);
  }

  /** The headers of a record with this one behind them. */
  List<HeaderEntry> after(List<HeaderEntry> headers) {
    List<HeaderEntry> all = new ArrayList<>(headers);
    String text = topic + "/" + partition + "/" + offset + "/" + timestampMillis;
    all.add(new HeaderEntry(HEADER, text.getBytes(StandardCharsets.UTF_8)));
    return List.copyOf(all);
  }

  /** The same, with the key that the record had. */
  List<HeaderEntry> after(List<HeaderEntry> headers, byte[] key) {
    List<HeaderEntry> all = new ArrayList<>(after(headers));
    all.add(new HeaderEntry(KEY_HEADER, key));
    return List.copyOf(all);
  }

  private static Optional<HeaderEntry> header(InputRecord record, String name) {
    return record.headers().stream()
        .filter(header -> header.key().equals(name))
        .reduce((first, last) -> last);
  }
}
