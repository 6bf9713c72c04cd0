package dev.lacuna.runtime.engine.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The live runs of one flow and model, by shape, and which of them a batch takes next.
 *
 * <p>Threading: owned by its policy's thread.
 */
final class LiveRuns<T> {

  private final Flow<T> flow;
  private final ModelShapes shapes;
  // Ascending by length; a bucket stays as long as its flow.
  private final List<RunBucket<T>> buckets = new ArrayList<>();
  private int[] cursors = new int[8]; // (buckets): place of the next run to look at

  LiveRuns(Flow<T> flow, ModelShapes shapes) {
    this.flow = flow;
    this.shapes = shapes;
  }

  Flow<T> flow() {
    return flow;
  }

  ModelShapes shapes() {
    return shapes;
  }

  List<RunBucket<T>> buckets() {
    return buckets;
  }

  RunBucket<T> bucket(Shape shape) {
    int at = 0;
    while (at < buckets.size() && buckets.get(at).shape().length() < shape.length()) {
      at++;
    }
    if (at == buckets.size() || buckets.get(at).shape() != shape) {
      buckets.add(at, new RunBucket<>(shape));
    }
    return buckets.get(at);
  }

  /** The run of the highest rank, null if there is none. */
  ScheduledRun<T> first() {
    ScheduledRun<T> first = null;
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.get(i).size() > 0) {
        ScheduledRun<T> head = buckets.get(i).get(0);
        if (first == null || ScheduledRun.BY_RANK.compare(head, first) < 0) {
          first = head;
        }
      }
    }
    return first;
  }

  /** Begins a batch: {@link #next} looks at all runs anew. */
  void rewind() {
    cursors = cursors.length < buckets.size() ? new int[2 * buckets.size()] : cursors;
    Arrays.fill(cursors, 0, buckets.size(), 0);
  }

  /**
   * The next run to take along in a batch of a shape, null if all were looked at: of that length,
   * unless a shorter run has a higher priority, then the others in the order of rank.
   *
   * @param leader is in the batch already
   * @param closed lengths that don't join
   */
  ScheduledRun<T> next(Shape shape, ScheduledRun<T> leader, Set<Shape> closed) {
    int chosen = -1;
    ScheduledRun<T> first = null;
    for (int i = buckets.size() - 1; i >= 0; i--) {
      RunBucket<T> bucket = buckets.get(i);
      if (bucket.shape().length() > shape.length() || closed.contains(bucket.shape())) {
        continue;
      }
      if (cursors[i] < bucket.size() && bucket.get(cursors[i]) == leader) {
        cursors[i]++;
      }
      if (cursors[i] < bucket.size()) {
        ScheduledRun<T> head = bucket.get(cursors[i]);
        boolean firstIsLongest = chosen >= 0 && buckets.get(chosen).shape() == shape;
        if (first == null || goesBefore(head, first, firstIsLongest)) {
          chosen = i;
          first = head;
        }
      }
    }
    if (chosen >= 0) {
      cursors[chosen]++;
    }
    return first;
  }

  private boolean goesBefore(ScheduledRun<T> run, ScheduledRun<T> other, boolean otherIsLongest) {
    return otherIsLongest
        ? run.priority() > other.priority()
        : ScheduledRun.BY_RANK.compare(run, other) < 0;
  }
}
