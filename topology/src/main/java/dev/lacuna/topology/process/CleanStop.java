package dev.lacuna.topology.process;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The order to stop cleanly: tasks stop their runs at the next step boundary and store how far they
 * are, so that the next owner repeats nothing.
 *
 * <p>Why tasks have to be told beforehand: Kafka Streams commits a task before it closes its
 * processor, so that what a processor writes in {@code close()} is lost. They carry the order out
 * in their punctuators.
 *
 * <p>Threading: any thread may call any method.
 */
public final class CleanStop {
  private static final long LOOK_MILLIS = 100;

  private final Set<Object> owing = new HashSet<>();
  private volatile boolean ordered;

  /** Orders it, for good. */
  public void order() {
    ordered = true;
  }

  /** Whether it was ordered. */
  public boolean ordered() {
    return ordered;
  }

  /** Says whether an incarnation of a task has anything left to store. */
  public synchronized void owes(Object task, boolean owes) {
    if (owes ? owing.add(task) : owing.remove(task)) {
      notifyAll();
    }
  }

  /** Whether some task has anything left to store. */
  public synchronized boolean anyOwes() {
    return !owing.isEmpty();
  }

  /**
   * Waits until no task owes anything; the number of those that still do when the time ran out or
   * it became of no use to wait.
   *
   * @param useful looked at now and then
   */
  public synchronized int await(Duration timeout, BooleanSupplier useful)
      throws InterruptedException {
    long until = System.nanoTime() + timeout.toNanos();
    while (!owing.isEmpty() && useful.getAsBoolean()) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (leftMillis <= 0) {
        break;
      }
      wait(Math.min(leftMillis, LOOK_MILLIS));
    }
    return owing.size();
  }
}
