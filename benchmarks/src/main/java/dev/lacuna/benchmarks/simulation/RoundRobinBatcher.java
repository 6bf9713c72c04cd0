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
  private static final class Lane {
    final List<VirtualRun> running = new ArrayList<>();
    final TreeSet<VirtualRun> waiting = new TreeSet<>(ORDER);
    long lastServed;

    boolean hasWork() {
      return !running.isEmpty() || !waiting.isEmpty();
    }
  }

  private final Map<Integer, Lane> lanes = new TreeMap<>();
  private long passes;

  @Override
  public void add(VirtualRun run) {
    int length = HalfDoublings.lengthFor(run.length());
    lanes.computeIfAbsent(length, any -> new Lane()).waiting.add(run);
  }

  @Override
  public Optional<Pass> next(double nowMicros) {
    return lanes.entrySet().stream()
        .filter(lane -> lane.getValue().hasWork())
        .min(Comparator.comparingLong(lane -> lane.getValue().lastServed))
        .map(lane -> pass(lane.getKey(), lane.getValue()));
  }

  private Pass pass(int length, Lane lane) {
    lane.lastServed = ++passes;
    while (lane.running.size() < SLOTS && !lane.waiting.isEmpty()) {
      lane.running.add(lane.waiting.pollFirst());
    }
    return new Pass(List.copyOf(lane.running), length, SLOTS);
  }

  @Override
  public void ended(VirtualRun run) {
    lanes.get(HalfDoublings.lengthFor(run.length())).running.remove(run);
  }
}
