package dev.lacuna.topology.process;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * When a task may ask for a commit, so that an answer is seen soon after it was forwarded, yet many
 * answers share a transaction: each costs the broker a dozen records. The first answer after a
 * quiet time is committed at once; further ones wait until the last grant is old enough.
 *
 * <p>Threading: any thread may call any method.
 */
public final class CommitPace {
  /**
   * Kafka Streams commits all tasks of a thread together, behind the punctuators of one turn of its
   * loop: what else this turn forwards is in the same transaction and need not ask again later.
   */
  private static final long TURN_NANOS = Duration.ofMillis(10).toNanos();

  private final long gapNanos;
  private final AtomicInteger waiting = new AtomicInteger();
  private boolean granted;
  private long grantedNanos;

  /**
   * Nothing was granted yet.
   *
   * @param gap least time between two transactions that answers ask for
   */
  public CommitPace(Duration gap) {
    this.gapNanos = gap.toNanos();
  }

  /** More (or, negative, fewer) tasks were not granted the commit that they want. */
  public void waitingChanged(int by) {
    waiting.addAndGet(by);
  }

  /** Whether a task waits for its commit: its thread should not sleep long. */
  public boolean anyWaits() {
    return waiting.get() > 0;
  }

  /** Whether to ask now; otherwise ask again later. */
  public synchronized boolean grant(long nowNanos) {
    long since = nowNanos - grantedNanos;
    if (!granted || since >= gapNanos) {
      granted = true;
      grantedNanos = nowNanos;
      return true;
    }
    return since < TURN_NANOS;
  }
}
