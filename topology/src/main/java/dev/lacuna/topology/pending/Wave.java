package dev.lacuna.topology.pending;

import java.util.HashSet;
import java.util.Set;

/**
 * How many requests that were begun carefully may be unfinished at a time, in the whole process: it
 * is the process that dies, and each of them then has to run alone. The tasks that have some
 * waiting share it evenly, so that none waits for another's line to end.
 *
 * <p>Threading: any thread may call any method.
 */
public final class Wave {
  private final int max;
  private final Set<Object> waiting = new HashSet<>();

  Wave(int max) {
    this.max = max;
  }

  /** How many a task may have unfinished; it counts as waiting from now on. */
  synchronized int shareOf(Object task) {
    waiting.add(task);
    return Math.max(1, max / waiting.size());
  }

  /** The task has none waiting any more. */
  synchronized void leave(Object task) {
    waiting.remove(task);
  }
}
