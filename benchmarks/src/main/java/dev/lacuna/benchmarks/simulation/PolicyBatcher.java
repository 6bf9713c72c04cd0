package dev.lacuna.benchmarks.simulation;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.schedule.BatchPolicy;
import dev.lacuna.runtime.engine.schedule.ScheduledRun;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The engine's policy, as the engine drives it.
 *
 * <p>Threading: owned by its simulation.
 */
final class PolicyBatcher implements Batcher {

  private final BatchPolicy<VirtualRun> policy;
  private final boolean fair;
  private final Map<VirtualRun, ScheduledRun<VirtualRun>> scheduled = new HashMap<>();

  /**
   * A policy without runs.
   *
   * @param fair whether flows share the device's time; otherwise all runs are of one
   */
  PolicyBatcher(StepCost cost, EngineOptions options, boolean fair) {
    this.fair = fair;
    this.policy =
        new BatchPolicy<>(List.of(new BatchPolicy.Served(ArrivalTraces.LENGTH_MAX, cost)), options);
  }

  @Override
  public void add(VirtualRun run) {
    Arrival arrival = run.arrival;
    ScheduledRun.Demand demand =
        new ScheduledRun.Demand(
            arrival.length(),
            1,
            arrival.priority(),
            Long.MAX_VALUE,
            run.acceptedMicros,
            run.number,
            fair ? arrival.flow() : "",
            false);
    double work = policy.workMicros(0, arrival.length(), 1, arrival.steps());
    scheduled.put(run, policy.add(0, run, demand, work));
  }

  @Override
  public Optional<Pass> next(double nowMicros) {
    return policy
        .next(Math.round(nowMicros))
        .map(
            batch ->
                new Pass(
                    batch.runs().stream().map(ScheduledRun::run).toList(),
                    batch.length(),
                    batch.slots()));
  }

  @Override
  public void ended(VirtualRun run) {
    policy.remove(scheduled.remove(run));
  }
}
