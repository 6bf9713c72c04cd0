package dev.lacuna.topology.fakes;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits where a real thread is at work. */
public final class Eventually {
  private static final long DEADLINE_NANOS = Duration.ofSeconds(20).toNanos();

  private static final long POLL_NANOS = Duration.ofMillis(1).toNanos();

  private Eventually() {}

  /** Polls until it is so; fails after a deadline that only a hung thread reaches. */
  public static void is(BooleanSupplier so) {
    long start = System.nanoTime();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - start > DEADLINE_NANOS) {
        throw new AssertionError("did not come true within 20 s");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
