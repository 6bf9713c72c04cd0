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
  private final TreeSet<Claim<T>> byRise =
      new TreeSet<>(
          Comparator.comparingLong((Claim<T> claim) -> claim.nextRiseMicros())
              .thenComparingLong(claim -> claim.demand().arrival()));

  /** None rises if the period is 0. */
  Ageing(long periodMicros) {
    this.periodMicros = periodMicros;
  }

  /** Takes in a run that is in a bucket; it has the priority of its age from the next look on. */
  void add(Claim<T> claim) {
    if (periodMicros > 0) {
      byRise.add(claim);
    }
  }

  void remove(Claim<T> claim) {
    byRise.remove(claim);
  }

  /** Raises all whose time has come. */
  void look(long nowMicros) {
    while (!byRise.isEmpty() && byRise.first().nextRiseMicros() <= nowMicros) {
      Claim<T> claim = byRise.pollFirst();
      claim.bucket.remove(claim);
      rise(claim, nowMicros);
      claim.bucket.add(claim);
      if (claim.nextRiseMicros() > nowMicros) { // else it is the end of time
        byRise.add(claim);
      }
    }
  }

  private void rise(Claim<T> claim, long nowMicros) {
    long waited = Math.max(0, minus(nowMicros, claim.demand().acceptedMicros()));
    long risen = claim.demand().priority() + waited / periodMicros;
    long untilNext =
        nowMicros < claim.demand().acceptedMicros()
            ? plus(minus(claim.demand().acceptedMicros(), nowMicros), periodMicros)
            : periodMicros - waited % periodMicros;
    claim.rise(Math.max(claim.priority(), risen), plus(nowMicros, untilNext));
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
