package dev.lacuna.topology.pending;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Whose suspect runs alone: one of the process at a time, since a death is blamed on all that ran.
 * Tasks stand in line; the first has the turn until it gives it back, and then stands behind the
 * others.
 *
 * <p>Threading: any thread may call any method.
 */
public final class AloneTurn {
  private final Set<Object> line = new LinkedHashSet<>();

  /** Whether the turn is this claimant's; it stands in line from now on if it isn't. */
  synchronized boolean ask(Object claimant) {
    line.add(claimant);
    return line.iterator().next() == claimant;
  }

  /** Gives the turn back or leaves the line; does nothing for one that isn't in it. */
  synchronized void giveBack(Object claimant) {
    line.remove(claimant);
  }

  /** Whether somebody has the turn. */
  public synchronized boolean taken() {
    return !line.isEmpty();
  }
}
