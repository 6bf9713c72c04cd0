package dev.lacuna.topology.process;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Time as the worker sees it; tests inject their own.
 *
 * <p>Threading: any thread may call any method.
 */
public interface WorkerClock {

  /** Now, in microseconds since the epoch. */
  long epochMicros();

  /** A clock that never goes back, in nanoseconds since an arbitrary instant. */
  long nanos();

  /** The machine's clocks. */
  static WorkerClock system() {
    return new WorkerClock() {
      @Override
      public long epochMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
      }

      @Override
      public long nanos() {
        return System.nanoTime();
      }
    };
  }
}
