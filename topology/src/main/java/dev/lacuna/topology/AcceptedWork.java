package dev.lacuna.topology;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Accepted work of the whole process: requests and undecoded records that stand in a store of one
 * of its tasks. At the cap the pausing consumers stop fetching requests, so that the backlog stays
 * in Kafka. The cap may be passed by what was already fetched and by what a restore brings.
 *
 * <p>Threading: any thread may call any method.
 */
public final class AcceptedWork {
  private final int max;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong runsEnded = new AtomicLong();
  private volatile boolean closed;

  /** No work yet. */
  public AcceptedWork(int max) {
    this.max = max;
  }

  /** Counts one more. */
  public void add() {
    count.incrementAndGet();
  }

  /** Counts fewer: answered, or handed to another owner. */
  public void release(int released) {
    count.addAndGet(-released);
  }

  /** Accepted and not yet answered. */
  public int count() {
    return count.get();
  }

  /** A run ended: somebody can publish what came of it. */
  public void runEnded() {
    runsEnded.incrementAndGet();
  }

  /** Runs that ended so far; a stream thread that waits for records looks whether it has grown. */
  public long runsEnded() {
    return runsEnded.get();
  }

  /** No more is taken, whatever the cap: the process stops. */
  void close() {
    closed = true;
    runsEnded.incrementAndGet(); // whoever waits for records is to look up
  }

  /** Whether request partitions are to be paused. */
  public boolean atCap() {
    return closed || count.get() >= max;
  }
}
