package dev.lacuna.topology.process;

import java.time.Duration;

/**
 * Time that a drain may take on the stream thread.
 *
 * @param untilNanos instant of {@link WorkerClock#nanos} at which it is spent
 */
public record Budget(WorkerClock clock, long untilNanos) {

  /** A budget that starts now. */
  public static Budget of(WorkerClock clock, Duration max) {
    return new Budget(clock, clock.nanos() + max.toNanos());
  }

  /** Whether to leave the rest to the next drain. */
  public boolean spent() {
    return clock.nanos() - untilNanos >= 0;
  }
}
