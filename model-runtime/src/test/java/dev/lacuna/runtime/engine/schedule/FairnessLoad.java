package dev.lacuna.runtime.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Runs of several flows through a policy, and what each flow had of the device's time. */
final class FairnessLoad {

  /** A run's steps that are left. */
  private static final class Run {
    int left;

    Run(int left) {
      this.left = left;
    }
  }

  private final BatchPolicy<Run> policy;
  private final Random random;
  private final Map<String, Integer> live = new HashMap<>();
  private final Map<String, Double> micros = new HashMap<>();
  private final Map<String, Integer> rows = new HashMap<>();
  private double total;
  private double longest;
  private long arrivals;

  FairnessLoad(StepCost cost, EngineOptions options, long seed) {
    this.policy = new BatchPolicy<>(List.of(new BatchPolicy.Served(512, cost)), options);
    this.random = new Random(seed);
  }

  /** Adds runs of any length until a flow has so many. */
  void fillUp(String flow, int runs, int steps) {
    while (live(flow) < runs) {
      add(flow, 1 + random.nextInt(512), steps, random.nextInt(3));
    }
  }

  void fill(String flow, int runs, int length, int steps) {
    fill(flow, runs, length, steps, 0);
  }

  void fill(String flow, int runs, int length, int steps, int priority) {
    while (live(flow) < runs) {
      add(flow, length, steps, priority);
    }
  }

  private void add(String flow, int length, int steps, int priority) {
    arrivals++;
    ScheduledRun.Demand demand =
        new ScheduledRun.Demand(
            length, 1, priority, Long.MAX_VALUE, arrivals, arrivals, flow, false);
    policy.add(0, new Run(steps), demand, policy.workMicros(0, length, 1, steps));
    live.merge(flow, 1, Integer::sum);
  }

  /** One forward pass; returns its rows. */
  int step() {
    Batch<Run> batch = policy.next(0).orElseThrow();
    double paid = 0;
    for (Map.Entry<Flow<Run>, Double> part : batch.parts().entrySet()) {
      assertThat(part.getValue()).isNotNegative();
      micros.merge(part.getKey().name(), part.getValue(), Double::sum);
      paid += part.getValue();
    }
    assertThat(paid).isGreaterThanOrEqualTo((1 - 1e-6) * batch.micros());
    total += batch.micros();
    longest = Math.max(longest, batch.micros());
    for (ScheduledRun<Run> scheduled : new ArrayList<>(batch.runs())) {
      rows.merge(scheduled.demand().flow(), 1, Integer::sum);
      scheduled.run().left--;
      if (scheduled.run().left == 0) {
        assertThat(policy.remove(scheduled)).isTrue();
        live.merge(scheduled.demand().flow(), -1, Integer::sum);
      }
    }
    return batch.rows();
  }

  int live(String flow) {
    return live.getOrDefault(flow, 0);
  }

  int size() {
    return policy.size();
  }

  int flowsKnown() {
    return policy.flowsKnown();
  }

  int rows(String flow) {
    return rows.getOrDefault(flow, 0);
  }

  /** Device time that a flow paid for. */
  double micros(String flow) {
    return micros.getOrDefault(flow, 0.0);
  }

  /** Device time of all forward passes. */
  double micros() {
    return total;
  }

  /** The longest forward pass. */
  double longestMicros() {
    return longest;
  }
}
