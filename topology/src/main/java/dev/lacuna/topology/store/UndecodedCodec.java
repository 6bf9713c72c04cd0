package dev.lacuna.topology.store;

import dev.lacuna.topology.store.InputRecord.Source;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Keys and bytes of a record that waits to be read. Key: source + {@value #WITH_TOPIC} (byte),
 * offset (long), topic (UTF-8), so that a store iterates each topic in reading order. Value:
 * version byte, schema id (int), whether its id was pending (byte), topic, partition (int),
 * timestamp (long), key, value, headers.
 *
 * <p>Version 3 is written. Version 2 has no byte for the id. Version 1, of workers with one request
 * topic, has neither, and its key was source (byte) and offset (long). Both are read.
 */
public final class UndecodedCodec {
  private static final String STORE = "undecoded";
  private static final int ONE_TOPIC = 1;
  private static final int NO_PENDING = 2;
  private static final int VERSION = 3;
  private static final int PLAIN_KEY_BYTES = 1 + Long.BYTES;

  /** Added to the byte of the source where the topic is part of the key. */
  private static final int WITH_TOPIC = 2;

  /** In the place of a schema's id: the record may not be read yet. */
  public static final int UNREAD = -1;

  private UndecodedCodec() {}

  /**
   * What a store entry holds.
   *
   * @param schemaId of the schema that it waits for, or {@link #UNREAD}
   * @param pendingBefore whether a request was pending when it came whose id is its key: if it is
   *     one of that id too, it is a duplicate, even if the first is answered by then
   */
  public record Undecoded(int schemaId, boolean pendingBefore, InputRecord record) {}

  /** Key of a record; unique in its task. */
  public static byte[] key(InputRecord record) {
    byte[] topic = record.topic().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(PLAIN_KEY_BYTES + topic.length)
        .put((byte) (record.source().code() + WITH_TOPIC))
        .putLong(record.offset())
        .put(topic)
        .array();
  }

  /** Bytes of a record that waits for a schema. */
  public static byte[] encode(Undecoded undecoded) {
    InputRecord record = undecoded.record();
    BinaryWriter out = new BinaryWriter(VERSION);
    out.putInt(undecoded.schemaId()).putBoolean(undecoded.pendingBefore());
    out.putString(record.topic()).putInt(record.partition());
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
    BinaryReader in = new BinaryReader(STORE, ONE_TOPIC, VERSION, bytes);
    Source source = source(in, key);
    long offset = ByteBuffer.wrap(key).getLong(1);
    int schemaId = in.getInt();
    boolean pendingBefore = in.version() > NO_PENDING && in.getBoolean();
    String topic = in.getText();
    int partition = in.getInt();
    long timestampMillis = in.getLong();
    InputRecord record =
        new InputRecord(
            source,
            topic,
            partition,
            offset,
            timestampMillis,
            in.getBytes(),
            in.getBytes(),
            HeaderEntry.readList(in));
    in.end();
    return new Undecoded(schemaId, pendingBefore, record);
  }

  private static Source source(BinaryReader in, byte[] key) {
    boolean plain = in.version() == ONE_TOPIC;
    boolean fits = plain ? key.length == PLAIN_KEY_BYTES : key.length > PLAIN_KEY_BYTES;
    Optional<Source> source =
        fits ? Source.ofCode((byte) (plain ? key[0] : key[0] - WITH_TOPIC)) : Optional.empty();
    return source.orElseThrow(() -> in.damaged("its key is none of this worker's"));
  }
}
