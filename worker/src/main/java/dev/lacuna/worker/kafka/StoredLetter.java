package dev.lacuna.worker.kafka;

import dev.lacuna.topology.outbox.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A dead letter as it stands in its topic: the record, and what its {@code lacuna.dead.*} headers
 * say of it. Anybody may have written them.
 */
public final class StoredLetter {
  /** How often a record was sent again after it had become a dead letter, decimal. */
  public static final String RETRIES = "lacuna.retries";

  /**
   * Of a mark in the dead-letter topic that a letter of the same partition was sent again: the
   * letter's offset, decimal.
   */
  public static final String RETRIED = "lacuna.dead.retried";

  private static final String OURS = "lacuna.dead.";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private final ConsumerRecord<byte[], byte[]> record;

  /** A record of the dead-letter topic. */
  public StoredLetter(ConsumerRecord<byte[], byte[]> record) {
    this.record = record;
  }

  /** Its place in the dead-letter topic, as {@code partition@offset}. */
  public String place() {
    return record.partition() + "@" + record.offset();
  }

  /** Partition of the dead-letter topic. */
  public int partition() {
    return record.partition();
  }

  /** Offset in its partition. */
  public long offset() {
    return record.offset();
  }

  /** When it was written, milliseconds since the epoch. */
  public long writtenMillis() {
    return record.timestamp();
  }

  /** Its code; "?" if it has none. */
  public String code() {
    return text(DeadLetter.CODE).orElse("?");
  }

  /** Why it is here, for a person; empty if it doesn't say. */
  public String message() {
    return text(DeadLetter.MESSAGE).orElse("");
  }

  /** Topic of the record; "?" if it doesn't say. */
  public String source() {
    return text(DeadLetter.TOPIC).orElse("?");
  }

  /** Where the record stood, as {@code topic-partition@offset}. */
  public String sourcePlace() {
    return source()
        + "-"
        + text(DeadLetter.PARTITION).orElse("?")
        + "@"
        + text(DeadLetter.OFFSET).orElse("?");
  }

  /** Partition in which the record stood, if it says so. */
  public Optional<Integer> sourcePartition() {
    return text(DeadLetter.PARTITION)
        .filter(found -> NUMBER.matcher(found).matches() && found.length() < 10)
        .map(Integer::valueOf);
  }

  /** What was cut off, if anything was: the worker's word, which stands last, not the record's. */
  public Optional<String> cut() {
    Header[] all = record.headers().toArray();
    return all.length > 0 && all[all.length - 1].key().equals(DeadLetter.CUT)
        ? text(DeadLetter.CUT)
        : Optional.empty();
  }

  /** Bytes of key and value. */
  public long sizeBytes() {
    return (long) (key() == null ? 0 : key().length) + (value() == null ? 0 : value().length);
  }

  /** How often the record was sent again before it came here. */
  public int retries() {
    return text(RETRIES)
        .filter(found -> NUMBER.matcher(found).matches() && found.length() < 10)
        .map(Integer::valueOf)
        .orElse(0);
  }

  /**
   * If this is no letter but the mark of one that was sent again: that one's offset. A letter has a
   * code; whatever headers its record brought along, it is no mark.
   */
  Optional<Long> marks() {
    return text(DeadLetter.CODE).isPresent()
        ? Optional.empty()
        : text(RETRIED).filter(found -> NUMBER.matcher(found).matches()).map(Long::valueOf);
  }

  /** The mark that says that this letter was sent again; it stands in the letter's partition. */
  ProducerRecord<byte[], byte[]> mark() {
    RecordHeaders headers = new RecordHeaders();
    headers.add(RETRIED, utf8(Long.toString(offset())));
    // No key: where somebody compacts this topic, a mark must not take a letter's place.
    byte[] nothing = null;
    return new ProducerRecord<>(record.topic(), partition(), nothing, nothing, headers);
  }

  /** The record's key, or null. */
  public byte[] key() {
    return record.key();
  }

  /** The record's value, or null. */
  public byte[] value() {
    return record.value();
  }

  /** All headers, in order. */
  public List<Header> headers() {
    return List.of(record.headers().toArray());
  }

  /** The record's own headers, with the number of this retry. */
  public Headers headersToSend() {
    RecordHeaders headers = new RecordHeaders();
    for (Header header : record.headers()) {
      if (!header.key().startsWith(OURS) && !header.key().equals(RETRIES)) {
        headers.add(header);
      }
    }
    return headers.add(RETRIES, utf8(Integer.toString(retries() + 1)));
  }

  /** The last header of this name as text. */
  private Optional<String> text(String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
