package dev.lacuna.topology.pending;

import dev.lacuna.topology.process.AcceptedCounts;
import dev.lacuna.topology.process.WorkerMetrics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Restored requests that can't go on here: those that are answered once the task is armed, and
 * those that wait for an owner with whom they can.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class UnresumableWork {
  private final AcceptedCounts accepted;
  private final WorkerMetrics metrics;
  private final Map<String, Unresumable> ending = new HashMap<>();
  private final Map<String, Unresumable> waiting = new LinkedHashMap<>();
  private int waitingWithDeadline;

  UnresumableWork(AcceptedCounts accepted, WorkerMetrics metrics) {
    this.accepted = accepted;
    this.metrics = metrics;
  }

  /** Adds one to be answered. */
  void end(Unresumable request) {
    accepted.add(request.entry().topic());
    ending.put(request.id(), request);
  }

  /** Adds one that waits. */
  void letWait(Unresumable request) {
    accepted.add(request.entry().topic());
    metrics.waitingForModelChanged(1);
    waiting.put(request.id(), request);
    waitingWithDeadline += request.hasDeadline() ? 1 : 0;
  }

  /** Those to be answered. */
  List<Unresumable> ending() {
    return List.copyOf(ending.values());
  }

  /** Those that wait. */
  List<Unresumable> waiting() {
    return List.copyOf(waiting.values());
  }

  /** Whether none is to be answered. */
  boolean noneEnds() {
    return ending.isEmpty();
  }

  /** Whether one that waits has a deadline. */
  boolean waitsWithDeadline() {
    return waitingWithDeadline > 0;
  }

  Optional<Unresumable> find(String id) {
    return Optional.ofNullable(ending.getOrDefault(id, waiting.get(id)));
  }

  /** It is answered. */
  void remove(Unresumable request) {
    ending.remove(request.id());
    if (waiting.remove(request.id()) != null) {
      metrics.waitingForModelChanged(-1);
      waitingWithDeadline -= request.hasDeadline() ? 1 : 0;
    }
    accepted.release(request.entry().topic());
  }

  /** Leaves all to the next owner. */
  void close() {
    ending().forEach(this::remove);
    waiting().forEach(this::remove);
  }
}
