package dev.lacuna.topology.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record header as it is kept in a store. The array is never written after construction.
 *
 * @param value its bytes, or null
 */
public record HeaderEntry(String key, byte[] value) {

  /** All headers of a record, in order. */
  public static List<HeaderEntry> listOf(Headers headers) {
    List<HeaderEntry> entries = new ArrayList<>();
    for (Header header : headers) {
      entries.add(new HeaderEntry(header.key(), header.value()));
    }
    return List.copyOf(entries);
  }

  /** Kafka's form of them; a new, writable object. */
  public static Headers toHeaders(List<HeaderEntry> entries) {
    Headers headers = new RecordHeaders();
    entries.forEach(entry -> headers.add(entry.key(), entry.value()));
    return headers;
  }

  /** Keys and values of all entries in bytes. */
  public static long sizeBytes(List<HeaderEntry> entries) {
    long bytes = 0;
    for (HeaderEntry entry : entries) {
      bytes += entry.key().getBytes(StandardCharsets.UTF_8).length;
      bytes += entry.value() == null ? 0 : entry.value().length;
    }
    return bytes;
  }

  static void write(BinaryWriter out, List<HeaderEntry> headers) {
    out.putInt(headers.size());
    headers.forEach(header -> out.putString(header.key()).putBytes(header.value()));
  }

  static List<HeaderEntry> readList(BinaryReader in) {
    int count = in.getCount(2 * Integer.BYTES);
    List<HeaderEntry> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      headers.add(new HeaderEntry(in.getText(), in.getBytes()));
    }
    return List.copyOf(headers);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeaderEntry that
        && key.equals(that.key)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, Arrays.hashCode(value));
  }
}
