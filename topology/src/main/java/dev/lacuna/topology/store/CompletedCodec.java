package dev.lacuna.topology.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keys and bytes of remembered ids of answered requests. Each has two entries in one store: one to
 * look it up, key 0 (byte) and id (UTF-8), value version byte and the instant of its answer in
 * microseconds since the epoch (long); and one to forget it in time, key 1 (byte), that instant
 * (long) and id (UTF-8), value version byte. A store iterates keys byte by byte, so the latter come
 * in the order of their instants.
 */
public final class CompletedCodec {
  private static final String STORE = "completed";
  private static final int VERSION = 1;
  private static final byte BY_ID = 0;
  private static final byte BY_TIME = 1;
  private static final int TIME_KEY_BYTES = 1 + Long.BYTES;

  private CompletedCodec() {}

  /** Key to look an id up. */
  public static byte[] idKey(String id) {
    byte[] text = id.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + text.length).put(BY_ID).put(text).array();
  }

  /**
   * Key of an id in the order of time.
   *
   * @param answeredMicros not negative
   */
  public static byte[] timeKey(long answeredMicros, String id) {
    byte[] text = id.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(TIME_KEY_BYTES + text.length)
        .put(BY_TIME)
        .putLong(answeredMicros)
        .put(text)
        .array();
  }

  /** A key that comes after all keys in the order of time. */
  public static byte[] afterAllTimes() {
    return new byte[] {BY_TIME + 1};
  }

  /** Value of an {@link #idKey}. */
  public static byte[] encode(long answeredMicros) {
    return new BinaryWriter(VERSION).putLong(answeredMicros).toBytes();
  }

  /** Value of a {@link #timeKey}. */
  public static byte[] timeValue() {
    return new BinaryWriter(VERSION).toBytes();
  }

  /**
   * Instant of the answer, of the value of an {@link #idKey}.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static long decode(byte[] value) {
    BinaryReader in = new BinaryReader(STORE, VERSION, value);
    long answeredMicros = in.getLong();
    in.end();
    return answeredMicros;
  }

  /** What an entry in the order of time says. */
  public record Answered(long micros, String id) {}

  /**
   * An entry in the order of time.
   *
   * @throws StoreFormatException if the version is another one or key or value are damaged
   */
  public static Answered decodeTime(byte[] key, byte[] value) {
    BinaryReader in = new BinaryReader(STORE, VERSION, value);
    in.end();
    if (key.length < TIME_KEY_BYTES || key[0] != BY_TIME) {
      throw in.damaged("its key is none of this worker's");
    }
    byte[] id = Arrays.copyOfRange(key, TIME_KEY_BYTES, key.length);
    return new Answered(ByteBuffer.wrap(key).getLong(1), new String(id, StandardCharsets.UTF_8));
  }
}
