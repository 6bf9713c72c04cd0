package dev.lacuna.benchmarks.simulation;

import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.schedule.BatchPolicy;
import java.util.HashMap;
import java.util.Map;

/** How many rows of a length saturate a device. */
final class FullBatches {

  private final StepCost cost;
  private final Map<Integer, Integer> slots = new HashMap<>();

  FullBatches(StepCost cost) {
    this.cost = cost;
  }

  int slots(int length) {
    return slots.computeIfAbsent(length, any -> BatchPolicy.saturatingRows(cost, length));
  }
}
