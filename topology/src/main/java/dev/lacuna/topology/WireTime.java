package dev.lacuna.topology;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Instants of the wire and the stores' microseconds since the epoch. */
public final class WireTime {
  private static final long MICROS_PER_SECOND = 1_000_000;

  private WireTime() {}

  /** The instant of a number of microseconds since the epoch. */
  public static Instant instant(long epochMicros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(epochMicros, MICROS_PER_SECOND),
        Math.floorMod(epochMicros, MICROS_PER_SECOND) * 1000);
  }

  /** Microseconds since the epoch; the wire's instants have no finer part. */
  public static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
