package dev.lacuna.runtime.engine.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The live runs of one flow and shape in the order of their rank.
 *
 * <p>Threading: owned by its policy's thread.
 */
final class RunBucket<T> {

  private final Shape shape;
  private final List<ScheduledRun<T>> byRank = new ArrayList<>();

  RunBucket(Shape shape) {
    this.shape = shape;
  }

  Shape shape() {
    return shape;
  }

  int size() {
    return byRank.size();
  }

  /** The runs in the order of rank. */
  List<ScheduledRun<T>> runs() {
    return byRank;
  }

  /** The run of a place in the order of rank, from 0. */
  ScheduledRun<T> get(int place) {
    return byRank.get(place);
  }

  void add(ScheduledRun<T> run) {
    byRank.add(-1 - placeOf(run), run);
    shape.count(1);
  }

  boolean remove(ScheduledRun<T> run) {
    int place = placeOf(run);
    if (place < 0) {
      return false;
    }
    byRank.remove(place);
    shape.count(-1);
    return true;
  }

  private int placeOf(ScheduledRun<T> run) {
    return Collections.binarySearch(byRank, run, ScheduledRun.BY_RANK);
  }
}
