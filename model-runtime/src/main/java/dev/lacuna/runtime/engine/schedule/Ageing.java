package dev.lacuna.runtime.engine.schedule;

import java.util.Comparator;
import java.util.TreeSet;

/**
 * Raises the priority of runs by one for every period since their acceptance.
 *
 * <p>A run's priority is a number that is kept and changes only here, while the run is in no
 * bucket. So all runs are compared by numbers that stand still, and their order is one at any
 * moment, whatever the clock does: it never falls, and a clock that goes back only delays the next
 * rise.
 *
 * <p>Threading: owned by its policy's thread.
 */
final class Ageing<T> {

  private final long periodMicros;
  private final TreeSet<ScheduledRun<T>> byRise =
      new TreeSet<>(
          Comparator.comparingLong((ScheduledRun<T> run) -> run.nextRiseMicros())
              .thenComparingLong(run -> run.demand().arrival()));

  /** None rises if the period is 0. */
  Ageing(long periodMicros) {
    this.periodMicros = periodMicros;
  }

  /** Takes in a run that is in a bucket; it has the priority of its age from the next look on. */
  void add(ScheduledRun<T> run) {
    if (periodMicros > 0) {
      byRise.add(run);
    }
  }

  void remove(ScheduledRun<T> run) {
    byRise.remove(run);
  }

  /** Raises all whose time has come. */
  void look(long nowMicros) {
    while (!byRise.isEmpty() && byRise.first().nextRiseMicros() <= nowMicros) {
      ScheduledRun<T> run = byRise.pollFirst();
      run.bucket.remove(run);
      rise(run, nowMicros);
      run.bucket.add(run);
      if (run.nextRiseMicros() > nowMicros) { // else it is the end of time
        byRise.add(run);
      }
    }
  }

  private void rise(ScheduledRun<T> run, long nowMicros) {
    long waited = Math.max(0, minus(nowMicros, run.demand().acceptedMicros()));
    long risen = run.demand().priority() + waited / periodMicros;
    long untilNext =
        nowMicros < run.demand().acceptedMicros()
            ? plus(minus(run.demand().acceptedMicros(), nowMicros), periodMicros)
            : periodMicros - waited % periodMicros;
    run.rise(Math.max(run.priority(), risen), plus(nowMicros, untilNext));
  }

  /** The difference of two instants, at most {@link Long#MAX_VALUE}. */
  private static long minus(long later, long earlier) {
    return plus(later, earlier == Long.MIN_VALUE ? Long.MAX_VALUE : -earlier);
  }

  private static long plus(long a, long b) {
    long sum = a + b;
    boolean overflown = ((a ^ sum) & (b ^ sum)) < 0;
    return overflown ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
  }
}
