package dev.lacuna.topology.store;

/**
 * Bytes of a remembered cancellation. Version 1: version byte, then the instant in microseconds
 * since the epoch until which it is remembered (long). Version 2, of a copy, has behind it the
 * instant at which it was sent (long): it concerns no request that was sent later.
 */
public final class CancellationCodec {
  private static final String STORE = "cancellations";
  private static final int ANY = 1;
  private static final int COPY = 2;

  private CancellationCodec() {}

  /** Bytes of a cancellation remembered until an instant. */
  public static byte[] encode(long untilMicros) {
    return new BinaryWriter(ANY).putLong(untilMicros).toBytes();
  }

  /** Bytes of a copy of a cancellation, sent at one instant and remembered until another. */
  public static byte[] encodeCopy(long untilMicros, long sentMicros) {
    return new BinaryWriter(COPY).putLong(untilMicros).putLong(sentMicros).toBytes();
  }

  /**
   * The instant until which a cancellation is remembered, in microseconds since the epoch.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static long decode(byte[] bytes) {
    return remembered(bytes).untilMicros();
  }

  /**
   * What was remembered.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static Remembered remembered(byte[] bytes) {
    BinaryReader in = new BinaryReader(STORE, ANY, COPY, bytes);
    Remembered remembered =
        new Remembered(in.getLong(), in.version() == COPY ? in.getLong() : Long.MAX_VALUE);
    in.end();
    return remembered;
  }

  /**
   * A cancellation.
   *
   * @param untilMicros until when it is remembered, microseconds since the epoch
   * @param sentBeforeMicros it concerns requests whose record is not younger, microseconds since
   *     the epoch; Long.MAX_VALUE for all
   */
  public record Remembered(long untilMicros, long sentBeforeMicros) {}
}
