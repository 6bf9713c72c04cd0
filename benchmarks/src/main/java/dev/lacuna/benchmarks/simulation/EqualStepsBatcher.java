package dev.lacuna.benchmarks.simulation;

import dev.lacuna.runtime.engine.api.StepCost;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What published generation scripts do: a batch is a tensor and one loop over its steps, so that it
 * holds only runs of as many steps and about the same length, and takes in nobody before it has
 * ended. Batches are padded to their longest run; they are as large as the device can use, with
 * those that are there.
 *
 * <p>Threading: owned by its simulation.
 */
final class EqualStepsBatcher implements Batcher {

  private static final Comparator<VirtualRun> ORDER =
      Comparator.comparingInt((VirtualRun run) -> -run.arrival.priority())
          .thenComparingLong(run -> run.acceptedMicros)
          .thenComparingLong(run -> run.number);

  private final FullBatches full;
  private final List<VirtualRun> waiting = new ArrayList<>();
  private List<VirtualRun> running = List.of();

  EqualStepsBatcher(StepCost cost) {
    this.full = new FullBatches(cost);
  }

  @Override
  public void add(VirtualRun run) {
    waiting.add(run);
  }

  @Override
  public Optional<Pass> next(double nowMicros) {
    if (running.isEmpty()) {
      running = form();
    }
    if (running.isEmpty()) {
      return Optional.empty();
    }
    int length = running.stream().mapToInt(VirtualRun::length).max().orElseThrow();
    return Optional.of(new Pass(running, length, full.slots(length)));
  }

  private List<VirtualRun> form() {
    Optional<VirtualRun> first = waiting.stream().min(ORDER);
    if (first.isEmpty()) {
      return List.of();
    }
    int steps = first.get().arrival.steps();
    int bucket = HalfDoublings.lengthFor(first.get().length());
    List<VirtualRun> alike =
        waiting.stream()
            .filter(run -> run.arrival.steps() == steps)
            .filter(run -> HalfDoublings.lengthFor(run.length()) == bucket)
            .sorted(ORDER)
            .limit(full.slots(bucket))
            .toList();
    waiting.removeAll(alike);
    return alike;
  }

  @Override
  public void ended(VirtualRun run) {
    running = running.stream().filter(other -> other != run).toList();
  }
}
