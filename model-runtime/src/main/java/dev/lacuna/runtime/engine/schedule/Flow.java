package dev.lacuna.runtime.engine.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The live runs that share one part of the device's time, and how much of it they have had.
 *
 * <p>Threading: owned by its policy's thread.
 */
final class Flow<T> {

  private final String name;
  private final double weight;
  private final List<LiveRuns<T>> liveRuns = new ArrayList<>(); // (models)
  private final TreeSet<ScheduledRun<T>> byAge = new TreeSet<>(ScheduledRun.BY_AGE);
  private double sinceOldestMicros; // device time of others here since the oldest was served

  /** Device time in microseconds over the weight, from an origin that all flows share. */
  private double virtualMicros;

  /** Number of the forward pass that it led last, or at which it came; breaks ties. */
  private long turn;

  private double projectedMicros; // of the batch that is being filled

  Flow(String name, double weight, List<ModelShapes> models) {
    this.name = name;
    this.weight = weight;
    for (ModelShapes shapes : models) {
      liveRuns.add(new LiveRuns<>(this, shapes));
    }
  }

  String name() {
    return name;
  }

  double weight() {
    return weight;
  }

  double virtualMicros() {
    return virtualMicros;
  }

  long turn() {
    return turn;
  }

  void moveTo(double virtualMicros, long turn) {
    this.virtualMicros = virtualMicros;
    this.turn = turn;
  }

  LiveRuns<T> live(int model) {
    return liveRuns.get(model);
  }

  List<LiveRuns<T>> liveRuns() {
    return liveRuns;
  }

  int size() {
    return byAge.size();
  }

  void add(ScheduledRun<T> run) {
    run.bucket.add(run);
    byAge.add(run);
  }

  boolean remove(ScheduledRun<T> run) {
    if (!run.bucket.remove(run)) {
      return false;
    }
    if (byAge.first() == run) {
      sinceOldestMicros = 0;
    }
    byAge.remove(run);
    return true;
  }

  /**
   * The run that a forward pass of this flow is chosen for: that of the highest rank, or the oldest
   * if the others have had their part of this flow's time since it was served.
   */
  ScheduledRun<T> leader(int oldestEvery) {
    ScheduledRun<T> oldest = byAge.first();
    boolean oldestsTurn =
        sinceOldestMicros >= (oldestEvery - 1) * oldest.worthMicros() * (1 - 1e-9);
    return oldestsTurn ? oldest : first();
  }

  private ScheduledRun<T> first() {
    ScheduledRun<T> first = null;
    for (LiveRuns<T> live : liveRuns) {
      ScheduledRun<T> head = live.first();
      if (head != null && (first == null || ScheduledRun.BY_RANK.compare(head, first) < 0)) {
        first = head;
      }
    }
    return first;
  }

  /** Begins a batch that has cost nothing yet. */
  void rewind() {
    projectedMicros = virtualMicros;
  }

  /** Where {@link #virtualMicros} will be after the batch that is being filled. */
  double projectedMicros() {
    return projectedMicros;
  }

  /** Notes what a run costs that joins the batch being filled. */
  void project(double micros) {
    projectedMicros += micros / weight;
  }

  /**
   * Notes a forward pass that served some of its runs.
   *
   * @param micros device time that it costs this flow
   * @param runs all that it served
   */
  void charge(double micros, List<ScheduledRun<T>> runs) {
    virtualMicros += micros / weight;
    sinceOldestMicros = runs.contains(byAge.first()) ? 0 : sinceOldestMicros + micros;
  }
}
