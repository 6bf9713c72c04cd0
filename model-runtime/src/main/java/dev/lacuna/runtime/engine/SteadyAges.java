package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.engine.api.EngineClock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Instants of acceptance on the engine's monotonic clock. They come from the clock of the day,
 * which may jump: by it a run that came while the clock was an hour ahead would be younger than all
 * that come for an hour after it was set right.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class SteadyAges {

  /** The clocks may drift apart by so much before that is taken for a jump. */
  private static final long JUMP_MICROS = 1_000_000;

  private final EngineClock clock;
  private long offsetMicros; // from the clock of the day to the monotonic one
  private boolean known;

  SteadyAges(EngineClock clock) {
    this.clock = clock;
  }

  /** The monotonic clock in microseconds. */
  long nowMicros() {
    return clock.nanos() / 1_000;
  }

  /**
   * An instant of the past on the monotonic clock.
   *
   * @param acceptedMicros since the epoch, by the clock of the day; one of the future is now
   */
  long of(long acceptedMicros) {
    long now = nowMicros();
    long today = ChronoUnit.MICROS.between(Instant.EPOCH, clock.now());
    long offset = now - today;
    if (!known || Math.abs(offset - offsetMicros) > JUMP_MICROS) {
      offsetMicros = offset;
      known = true;
    }
    boolean future = acceptedMicros > today;
    return future ? now : Math.max(acceptedMicros, Long.MIN_VALUE / 2) + offsetMicros;
  }
}
