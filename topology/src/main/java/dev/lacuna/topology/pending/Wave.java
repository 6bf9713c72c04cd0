package dev.lacuna.topology.pending;

import java.util.HashSet;
import java.util.Set;

/**
 * How many requests that were begun carefully may be unfinished at a time, in the whole process: it
 * is the process that dies, and each of them then has to run alone. The lines that have some
 * waiting, one for each task and request topic, share it evenly, so that none waits for another to
 * end.
 *
 * <p>Threading: any thread may call any method.
 */
public final class Wave {
  private final int max;
  private final Set<Object> waiting = new HashSet<>();

  Wave(int max) {
    this.max = max;
  }

  /** How many a line may have unfinished; it counts as waiting from now on. */
  synchronized int shareOf(Object line) {
    waiting.add(line);
    return Math.max(1, max / waiting.size());
  }

  /** The line has none waiting any more. */
  synchronized void leave(Object line) {
    waiting.remove(line);
  }
}
