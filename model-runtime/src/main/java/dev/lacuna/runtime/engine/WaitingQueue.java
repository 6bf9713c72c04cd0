package dev.lacuna.runtime.engine;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Runs of one bucket that wait for a slot.
 *
 * <p>Threading: owned by the engine's thread.
 *
 * <p>Priority, then deadline, then age decide; but of every n runs let in one is the oldest, so
 * that a run of low priority waits for at most n others for each older one.
 */
final class WaitingQueue {

  private static final Comparator<Row> BY_AGE =
      Comparator.comparingLong((Row row) -> row.spec().acceptedMicros())
          .thenComparingLong(Row::arrival);

  private static final Comparator<Row> BY_RANK =
      Comparator.comparingInt((Row row) -> row.spec().priority())
          .reversed()
          .thenComparingLong(row -> row.spec().deadlineMicros())
          .thenComparing(BY_AGE);

  private final int oldestEvery;
  private final TreeSet<Row> byRank = new TreeSet<>(BY_RANK);
  private final TreeSet<Row> byAge = new TreeSet<>(BY_AGE);
  private long given;

  WaitingQueue(int oldestEvery) {
    this.oldestEvery = oldestEvery;
  }

  void add(Row row) {
    byRank.add(row);
    byAge.add(row);
  }

  /** Takes a run out; false if it does not wait here. */
  boolean remove(Row row) {
    byAge.remove(row);
    return byRank.remove(row);
  }

  /** The run that gets the next free slots. */
  Optional<Row> peek() {
    if (byRank.isEmpty()) {
      return Optional.empty();
    }
    boolean oldest = (given + 1) % oldestEvery == 0;
    return Optional.of(oldest ? byAge.first() : byRank.first());
  }

  /** Takes the run that gets the next free slots. */
  Optional<Row> poll() {
    Optional<Row> row = peek();
    row.ifPresent(
        next -> {
          given++;
          remove(next);
        });
    return row;
  }

  int size() {
    return byRank.size();
  }
}
