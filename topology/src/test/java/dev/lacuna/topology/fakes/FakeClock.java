package dev.lacuna.topology.fakes;

import dev.lacuna.topology.process.WorkerClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A clock that tests move; every look at the nanoseconds can cost some, to spend a budget. */
public final class FakeClock implements WorkerClock {
  /** Start of every test, microseconds since the epoch. */
  public static final long START_MICROS = 1_700_000_000_000_000L;

  private long micros = START_MICROS;
  private long nanos;
  private long nanosPerLook;

  @Override
  public long epochMicros() {
    return micros;
  }

  @Override
  public long nanos() {
    nanos += nanosPerLook;
    return nanos;
  }

  /** Moves both clocks. */
  public void advance(Duration by) {
    micros += TimeUnit.NANOSECONDS.toMicros(by.toNanos());
    nanos += by.toNanos();
  }

  /** Moves the time of day alone, forwards or back. */
  public void jump(Duration by) {
    micros += TimeUnit.NANOSECONDS.toMicros(by.toNanos());
  }

  /** Lets every look at the nanoseconds cost this much. */
  public void costPerLook(Duration cost) {
    nanosPerLook = cost.toNanos();
  }
}
