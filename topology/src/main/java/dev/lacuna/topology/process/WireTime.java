package dev.lacuna.topology.process;

import java.time.Instant;

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

  /**
   * Microseconds since the epoch; the wire's instants have no finer part, and all of them fit.
   *
   * <p>{@code ChronoUnit.between} would count nanoseconds on the way and throw beyond the year
   * 2262, which is where a deadline that means "never" is likely to be.
   */
  public static long micros(Instant instant) {
    return instant.getEpochSecond() * MICROS_PER_SECOND + instant.getNano() / 1000;
  }
}
