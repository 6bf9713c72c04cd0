package dev.lacuna.topology.store;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Bytes of the deaths that stand against a request or a record. Version 1: version byte, the
 * request record's timestamp (long, 0 of a record), the instant until which they are remembered
 * (long), number of deaths (int), and each of them: its number (two longs), alone (byte), sample
 * and steps (ints). Times are microseconds since the epoch.
 */
public final class DeathsCodec {
  static final String STORE = "deaths";
  private static final int VERSION = 1;
  private static final int DEATH_BYTES = 2 * Long.BYTES + 1 + 2 * Integer.BYTES;

  private DeathsCodec() {}

  /**
   * What is remembered of one request or record.
   *
   * @param requestMicros timestamp of the request's record, 0 of a record
   * @param untilMicros instant until which it is remembered
   * @param deaths oldest first, at most one of a death and sample
   */
  public record Remembered(long requestMicros, long untilMicros, List<Death> deaths) {
    /** Copies. */
    public Remembered {
      deaths = List.copyOf(deaths);
    }
  }

  /** One death, as {@link DeathNote} tells it. */
  public record Death(UUID number, boolean alone, int sample, int steps) {}

  /** Bytes of what is remembered. */
  public static byte[] encode(Remembered remembered) {
    BinaryWriter out = new BinaryWriter(VERSION);
    out.putLong(remembered.requestMicros()).putLong(remembered.untilMicros());
    out.putInt(remembered.deaths().size());
    for (Death death : remembered.deaths()) {
      out.putLong(death.number().getMostSignificantBits());
      out.putLong(death.number().getLeastSignificantBits());
      out.putBoolean(death.alone()).putInt(death.sample()).putInt(death.steps());
    }
    return out.toBytes();
  }

  /**
   * What is remembered, of these bytes.
   *
   * @throws StoreFormatException if the version is another one or the bytes are damaged
   */
  public static Remembered decode(byte[] bytes) {
    BinaryReader in = new BinaryReader(STORE, VERSION, bytes);
    long requestMicros = in.getLong();
    long untilMicros = in.getLong();
    int count = in.getCount(DEATH_BYTES);
    List<Death> deaths = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      UUID number = new UUID(in.getLong(), in.getLong());
      deaths.add(new Death(number, in.getBoolean(), in.getInt(), in.getInt()));
    }
    in.end();
    return new Remembered(requestMicros, untilMicros, deaths);
  }
}
