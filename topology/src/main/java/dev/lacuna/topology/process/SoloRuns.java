package dev.lacuna.topology.process;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs of the process that are alone in their forward passes, because workers died with them. While
 * there is one, no task reads a request: if the process dies now, that run is to blame and no
 * record.
 *
 * <p>Threading: any thread may call any method.
 */
public final class SoloRuns {
  private final AtomicInteger count = new AtomicInteger();

  /** More (or, negative, fewer) runs are alone. */
  public void changed(int by) {
    count.addAndGet(by);
  }

  /** Whether there is one. */
  public boolean any() {
    return count.get() > 0;
  }
}
