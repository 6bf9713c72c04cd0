package dev.lacuna.topology.store;

/**
 * Bytes of a remembered cancellation. Version 1: version byte, then the instant in microseconds
 * since the epoch until which it is remembered (long).
 */
public final class CancellationCodec {
  private static final String STORE = "cancellations";
  private static final int VERSION = 1;

  private CancellationCodec() {}

  /** Bytes of a cancellation remembered until an instant. */
  public static byte[] encode(long untilMicros) {
    return new BinaryWriter(VERSION).putLong(untilMicros).toBytes();
  }

  /**
   * The instant until which a cancellation is remembered, in microseconds since the epoch.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static long decode(byte[] bytes) {
    BinaryReader in = new BinaryReader(STORE, VERSION, bytes);
    long untilMicros = in.getLong();
    in.end();
    return untilMicros;
  }
}
