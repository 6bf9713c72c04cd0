package dev.lacuna.benchmarks.schedule;

import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.simulation.ArrivalTrace;
import dev.lacuna.benchmarks.simulation.ArrivalTraces;
import dev.lacuna.benchmarks.simulation.Policy;
import dev.lacuna.benchmarks.simulation.Simulation;
import dev.lacuna.benchmarks.simulation.SimulationResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The engine's batch policy and others on the same arrivals and devices, simulated. */
public final class ScheduleSimulation {

  private ScheduleSimulation() {}

  /**
   * What became of one trace on one device under one policy.
   *
   * @param overEqualSteps throughput over that of merging equal steps only
   * @param overRoundRobin throughput over that of slots that take turns
   */
  public record Row(
      DeviceCurve curve,
      ArrivalTrace trace,
      Policy policy,
      SimulationResult result,
      double overEqualSteps,
      double overRoundRobin) {

    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("trace", trace.name());
      fields.put("curve", curve.name());
      fields.put("policy", policy.label());
      fields.put("tokensPerSecond", result.tokensPerSecond());
      fields.put("overEqualSteps", overEqualSteps);
      fields.put("overRoundRobin", overRoundRobin);
      fields.put("occupancy", result.occupancy());
      fields.put("padding", result.padding());
      fields.put("busy", result.busy());
      fields.put("fairness", result.fairness());
      fields.put("meanSlowdown", result.meanSlowdown());
      return fields;
    }

    List<Map<String, Object>> waits() {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (SimulationResult.Wait wait : result.waits()) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("trace", trace.name());
        fields.put("curve", curve.name());
        fields.put("policy", policy.label());
        fields.put("priority", wait.priority());
        fields.put("runs", wait.runs());
        fields.put("meanWaitMillis", wait.meanMillis());
        fields.put("p95WaitMillis", wait.p95Millis());
        fields.put("meanLatencyMillis", wait.meanLatencyMillis());
        rows.add(fields);
      }
      return rows;
    }
  }

  /** Plays all traces to all policies. */
  public static List<Row> run(List<DeviceCurve> curves, long seed) {
    List<Row> rows = new ArrayList<>();
    for (DeviceCurve curve : curves) {
      for (ArrivalTrace trace : ArrivalTraces.all(curve.cost(), seed)) {
        rows.addAll(run(curve, trace));
      }
    }
    return rows;
  }

  private static List<Row> run(DeviceCurve curve, ArrivalTrace trace) {
    Map<Policy, SimulationResult> results = new EnumMap<>(Policy.class);
    for (Policy policy : Policy.values()) {
      results.put(policy, Simulation.run(trace, curve.cost(), policy));
    }
    double equalSteps = results.get(Policy.EQUAL_STEPS).tokensPerSecond();
    double roundRobin = results.get(Policy.ROUND_ROBIN).tokensPerSecond();
    List<Row> rows = new ArrayList<>();
    results.forEach(
        (policy, result) ->
            rows.add(
                new Row(
                    curve,
                    trace,
                    policy,
                    result,
                    result.tokensPerSecond() / equalSteps,
                    result.tokensPerSecond() / roundRobin)));
    return rows;
  }

  /** Writes the rows: what they mean, then the devices' work, then the runs' waiting. */
  public static void report(List<Row> rows, BenchReport report) {
    BenchReport.Table work = report.table("schedule", 3);
    BenchReport.Table waits = report.table("scheduleWait", 3);
    rows.stream().map(Row::curve).distinct().forEach(c -> report.note(c.name() + ": " + c.what()));
    rows.stream()
        .map(Row::trace)
        .map(trace -> Map.<String, Object>of(trace.name(), trace.description()))
        .distinct()
        .forEach(trace -> trace.forEach((name, what) -> report.note(name + ": " + what)));
    rows.forEach(row -> work.row(row.fields()));
    work.print();
    report.note("");
    rows.forEach(row -> row.waits().forEach(waits::row));
    waits.print();
  }
}
