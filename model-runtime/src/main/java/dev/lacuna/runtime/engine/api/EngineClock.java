package dev.lacuna.runtime.engine.api;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The engine's two clocks: one tells when a step began, the other how long it took.
 *
 * @param instants time of day
 * @param nanoTime monotonic time in nanoseconds, from any origin
 */
public record EngineClock(InstantSource instants, LongSupplier nanoTime) {

  /** The clocks of the machine. */
  public static final EngineClock SYSTEM =
      new EngineClock(InstantSource.system(), System::nanoTime);

  public Instant now() {
    return instants.instant();
  }

  public long nanos() {
    return nanoTime.getAsLong();
  }
}
