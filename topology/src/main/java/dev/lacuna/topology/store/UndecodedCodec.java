package dev.lacuna.topology.store;

import dev.lacuna.topology.store.InputRecord.Source;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Keys and bytes of a record that waits for its schema. Key: source (byte), offset (long), so that
 * a store iterates in reading order. Version 1 of the value: version byte, schema id (int), topic,
 * partition (int), timestamp (long), key, value, headers.
 */
public final class UndecodedCodec {
  private static final String STORE = "undecoded";
  private static final int VERSION = 1;
  private static final int KEY_BYTES = 1 + Long.BYTES;

  private UndecodedCodec() {}

  /** What a store entry holds. */
  public record Undecoded(int schemaId, InputRecord record) {}

  /** Key of a record; unique in its task. */
  public static byte[] key(InputRecord record) {
    return ByteBuffer.allocate(KEY_BYTES)
        .put(record.source().code())
        .putLong(record.offset())
        .array();
  }

  /** Bytes of a record that waits for a schema. */
  public static byte[] encode(Undecoded undecoded) {
    InputRecord record = undecoded.record();
    BinaryWriter out = new BinaryWriter(VERSION);
    out.putInt(undecoded.schemaId()).putString(record.topic()).putInt(record.partition());
    out.putLong(record.timestampMillis()).putBytes(record.key()).putBytes(record.value());
    HeaderEntry.write(out, record.headers());
    return out.toBytes();
  }

  /**
   * The record of a store entry.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static Undecoded decode(byte[] key, byte[] bytes) {
    BinaryReader in = new BinaryReader(STORE, VERSION, bytes);
    Optional<Source> source = key.length == KEY_BYTES ? Source.ofCode(key[0]) : Optional.empty();
    if (source.isEmpty()) {
      throw in.damaged("its key is none of this worker's");
    }
    long offset = ByteBuffer.wrap(key).getLong(1);
    int schemaId = in.getInt();
    String topic = in.getText();
    int partition = in.getInt();
    long timestampMillis = in.getLong();
    InputRecord record =
        new InputRecord(
            source.get(),
            topic,
            partition,
            offset,
            timestampMillis,
            in.getBytes(),
            in.getBytes(),
            HeaderEntry.readList(in));
    in.end();
    return new Undecoded(schemaId, record);
  }
}
