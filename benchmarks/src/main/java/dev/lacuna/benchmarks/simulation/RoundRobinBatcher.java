package dev.lacuna.benchmarks.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Continuous batching without regard to cost: a fixed number of slots for each of a few lengths; a
 * run keeps its slot until it ends, the next in the order of priority and age gets it, and lengths
 * take turns.
 *
 * <p>Threading: owned by its simulation.
 */
final class RoundRobinBatcher implements Batcher {

  private static final int SLOTS = 16;

  private static final Comparator<VirtualRun> ORDER =
      Comparator.comparingInt((VirtualRun run) -> -run.arrival.priority())
          .thenComparingLong(run -> run.acceptedMicros)
          .thenComparingLong(run -> run.number);

  /** Runs of one length. */
  private static final class LengthQueue {
    final List<VirtualRun> running = new ArrayList<>();
    final TreeSet<VirtualRun> waiting = new TreeSet<>(ORDER);
    long lastServed;

    boolean hasWork() {
      return !running.isEmpty() || !waiting.isEmpty();
    }
  }

  private final Map<Integer, LengthQueue> queues = new TreeMap<>();
  private long passes;

  @Override
  public void add(VirtualRun run) {
    int length = HalfDoublings.lengthFor(run.length());
    queues.computeIfAbsent(length, any -> new LengthQueue()).waiting.add(run);
  }

  @Override
  public Optional<Pass> next(double nowMicros) {
    return queues.entrySet().stream()
        .filter(queue -> queue.getValue().hasWork())
        .min(Comparator.comparingLong(queue -> queue.getValue().lastServed))
        .map(queue -> pass(queue.getKey(), queue.getValue()));
  }

  private Pass pass(int length, LengthQueue queue) {
    queue.lastServed = ++passes;
    while (queue.running.size() < SLOTS && !queue.waiting.isEmpty()) {
      queue.running.add(queue.waiting.pollFirst());
    }
    return new Pass(List.copyOf(queue.running), length, SLOTS);
  }

  @Override
  public void ended(VirtualRun run) {
    queues.get(HalfDoublings.lengthFor(run.length())).running.remove(run);
  }
}
