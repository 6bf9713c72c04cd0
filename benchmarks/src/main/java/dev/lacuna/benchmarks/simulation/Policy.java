package dev.lacuna.benchmarks.simulation;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;

/** What decides which runs share a forward pass. */
public enum Policy {
  /** The engine's. */
  LACUNA("lacuna"),
  /** Batches of equal steps and about equal length, each run to its end. */
  EQUAL_STEPS("equal-steps"),
  /** Slots for each of a few lengths, which take turns. */
  ROUND_ROBIN("round-robin");

  private final String label;

  Policy(String label) {
    this.label = label;
  }

  /** Its name in reports. */
  public String label() {
    return label;
  }

  Batcher on(StepCost cost) {
    return switch (this) {
      case LACUNA ->
          new PolicyBatcher(cost, EngineOptions.DEFAULT.withSlots(EngineOptions.AUTO), false);
      case EQUAL_STEPS -> new EqualStepsBatcher(cost);
      case ROUND_ROBIN -> new RoundRobinBatcher();
    };
  }
}
