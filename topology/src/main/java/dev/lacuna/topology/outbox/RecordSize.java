package dev.lacuna.topology.outbox;

import dev.lacuna.topology.store.HeaderEntry;
import java.util.List;

/** Upper bounds of what a record takes in a topic, uncompressed, as producer and broker count. */
public final class RecordSize {
  /** Batch head (61 bytes), record head and the varints of a record, rounded up. */
  private static final int RECORD_OVERHEAD_BYTES = 128;

  /** Two varints of a header. */
  private static final int HEADER_OVERHEAD_BYTES = 10;

  private RecordSize() {}

  /** Bytes of a record of its own batch. */
  public static long of(byte[] key, long valueBytes, List<HeaderEntry> headers) {
    return RECORD_OVERHEAD_BYTES
        + (key == null ? 0L : key.length)
        + valueBytes
        + HeaderEntry.sizeBytes(headers)
        + (long) HEADER_OVERHEAD_BYTES * headers.size();
  }
}
