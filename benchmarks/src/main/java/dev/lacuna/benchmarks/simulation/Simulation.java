package dev.lacuna.benchmarks.simulation;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Plays a trace to a policy on a virtual clock, which moves by what each forward pass costs.
 *
 * <p>Threading: used by one thread.
 */
public final class Simulation {

  private final ArrivalTrace trace;
  private final StepCost cost;
  private final Batcher batcher;
  private final List<VirtualRun> ended = new ArrayList<>();
  private double nowMicros;
  private double busyMicros;
  private double occupiedMicros; // time weighted by the share of slots taken
  private double tokens; // computed, without padding
  private double cells; // computed, with padding
  private long passes;
  private int accepted;

  private Simulation(ArrivalTrace trace, StepCost cost, Batcher batcher) {
    this.trace = trace;
    this.cost = cost;
    this.batcher = batcher;
  }

  /** What becomes of a trace. */
  public static SimulationResult run(ArrivalTrace trace, StepCost cost, Policy policy) {
    return new Simulation(trace, cost, policy.on(cost)).run();
  }

  /**
   * What becomes of a trace under the engine's policy.
   *
   * @param fair whether flows share the device's time; otherwise all runs are of one
   */
  public static SimulationResult run(
      ArrivalTrace trace, StepCost cost, EngineOptions options, boolean fair) {
    return new Simulation(trace, cost, new PolicyBatcher(cost, options, fair)).run();
  }

  private SimulationResult run() {
    while (ended.size() < trace.arrivals().size()) {
      accept();
      Optional<Batcher.Pass> pass = batcher.next(nowMicros);
      if (pass.isPresent()) {
        serve(pass.get());
      } else {
        nowMicros = trace.arrivals().get(accepted).atMicros();
      }
    }
    return result();
  }

  private void accept() {
    while (accepted < trace.arrivals().size()
        && accepted - ended.size() < trace.outstandingMax()
        && trace.arrivals().get(accepted).atMicros() <= nowMicros) {
      Arrival arrival = trace.arrivals().get(accepted);
      boolean heldBack = trace.outstandingMax() < trace.arrivals().size();
      long at = heldBack ? Math.round(nowMicros) : arrival.atMicros();
      batcher.add(new VirtualRun(arrival, accepted, at));
      accepted++;
    }
  }

  private void serve(Batcher.Pass pass) {
    int rows = pass.runs().size();
    double masked = 0;
    for (VirtualRun run : pass.runs()) {
      masked += run.masked();
      tokens += run.length();
    }
    double micros = cost.micros(rows, pass.length(), Math.max(1, (int) Math.round(masked)));
    nowMicros += micros;
    busyMicros += micros;
    occupiedMicros += micros * rows / pass.slots();
    cells += (double) rows * pass.length();
    passes++;
    for (VirtualRun run : pass.runs()) {
      run.stepsDone++;
      run.servedMicros += micros;
      if (run.over()) {
        run.endMicros = nowMicros;
        ended.add(run);
        batcher.ended(run);
      }
    }
  }

  private SimulationResult result() {
    double seconds = nowMicros / 1e6;
    double length = 0;
    double sum = 0;
    double squares = 0;
    TreeMap<String, List<VirtualRun>> byFlow = new TreeMap<>();
    TreeMap<Integer, List<VirtualRun>> byPriority = new TreeMap<>(Comparator.reverseOrder());
    for (VirtualRun run : ended) {
      length += run.length();
      double alone = run.arrival.steps() * cost.microsHalfMasked(1, run.length());
      double slowdown = (run.endMicros - run.acceptedMicros) / alone;
      sum += slowdown;
      squares += slowdown * slowdown;
      byFlow.computeIfAbsent(run.arrival.flow(), any -> new ArrayList<>()).add(run);
      byPriority.computeIfAbsent(run.arrival.priority(), any -> new ArrayList<>()).add(run);
    }
    List<SimulationResult.Wait> waits = new ArrayList<>();
    byPriority.forEach((priority, runs) -> waits.add(waits(priority, runs)));
    List<SimulationResult.FlowService> flows = new ArrayList<>();
    byFlow.forEach((flow, runs) -> flows.add(service(flow, runs)));
    return new SimulationResult(
        seconds,
        length / seconds,
        passes,
        busyMicros / nowMicros,
        occupiedMicros / busyMicros,
        1 - tokens / cells,
        sum * sum / (ended.size() * squares),
        sum / ended.size(),
        waits,
        flows);
  }

  private SimulationResult.FlowService service(String flow, List<VirtualRun> runs) {
    double[] latencies =
        runs.stream().mapToDouble(run -> run.endMicros - run.acceptedMicros).sorted().toArray();
    double alone =
        runs.stream()
            .mapToDouble(run -> run.arrival.steps() * cost.microsHalfMasked(1, run.length()))
            .sum();
    int p95 = (int) Math.ceil(0.95 * latencies.length) - 1;
    return new SimulationResult.FlowService(
        flow,
        runs.size(),
        Arrays.stream(latencies).average().orElse(0) / 1e3,
        latencies[p95] / 1e3,
        alone / runs.size() / 1e3,
        runs.stream().mapToDouble(run -> run.endMicros).max().orElse(0) / 1e6);
  }

  private static SimulationResult.Wait waits(int priority, List<VirtualRun> runs) {
    double[] waits =
        runs.stream()
            .mapToDouble(run -> run.endMicros - run.acceptedMicros - run.servedMicros)
            .sorted()
            .toArray();
    double mean = Arrays.stream(waits).average().orElse(0);
    double latency =
        runs.stream().mapToDouble(run -> run.endMicros - run.acceptedMicros).average().orElse(0);
    int p95 = (int) Math.ceil(0.95 * waits.length) - 1;
    return new SimulationResult.Wait(
        priority, runs.size(), mean / 1e3, waits[p95] / 1e3, latency / 1e3);
  }
}
