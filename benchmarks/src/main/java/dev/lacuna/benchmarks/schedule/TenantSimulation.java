package dev.lacuna.benchmarks.schedule;

import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.simulation.ArrivalTrace;
import dev.lacuna.benchmarks.simulation.ArrivalTraces;
import dev.lacuna.benchmarks.simulation.Simulation;
import dev.lacuna.benchmarks.simulation.SimulationResult;
import dev.lacuna.runtime.engine.api.EngineOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A bulk job beside a small tenant, with and without fair shares, simulated. */
public final class TenantSimulation {

  private static final EngineOptions OPTIONS = EngineOptions.DEFAULT.withSlots(EngineOptions.AUTO);

  private TenantSimulation() {}

  /**
   * What became of one tenant.
   *
   * @param sharing how the device was shared
   */
  public record Row(
      DeviceCurve curve,
      ArrivalTrace trace,
      String sharing,
      SimulationResult result,
      SimulationResult.FlowService tenant) {

    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("curve", curve.name());
      fields.put("sharing", sharing);
      fields.put("tenant", tenant.flow());
      fields.put("runs", tenant.runs());
      fields.put("meanAloneMillis", tenant.meanAloneMillis());
      fields.put("meanLatencyMillis", tenant.meanLatencyMillis());
      fields.put("p95LatencyMillis", tenant.p95LatencyMillis());
      fields.put("endSeconds", tenant.endSeconds());
      fields.put("tokensPerSecond", result.tokensPerSecond());
      return fields;
    }
  }

  /** Plays both tenants with all in one flow, with priorities, and with shares by weight. */
  public static List<Row> run(List<DeviceCurve> curves, long seed) {
    List<Row> rows = new ArrayList<>();
    for (DeviceCurve curve : curves) {
      ArrivalTrace equal = ArrivalTraces.tenants(curve.cost(), seed, 0);
      ArrivalTrace ranked = ArrivalTraces.tenants(curve.cost(), seed, 10);
      EngineOptions four = OPTIONS.withWeights(Map.of("small", 4.0));
      add(rows, curve, equal, "none", OPTIONS, false);
      add(rows, curve, ranked, "priority 10", OPTIONS, false);
      add(rows, curve, equal, "fair 1:1", OPTIONS, true);
      add(rows, curve, equal, "fair 1:4", four, true);
    }
    return rows;
  }

  private static void add(
      List<Row> rows,
      DeviceCurve curve,
      ArrivalTrace trace,
      String sharing,
      EngineOptions options,
      boolean fair) {
    SimulationResult result = Simulation.run(trace, curve.cost(), options, fair);
    result.flows().forEach(flow -> rows.add(new Row(curve, trace, sharing, result, flow)));
  }

  /** Writes the rows. */
  public static void report(List<Row> rows, BenchReport report) {
    report.note("");
    report.note("tenants: " + rows.get(0).trace().description());
    BenchReport.Table table = report.table("scheduleTenants", 3);
    rows.forEach(row -> table.row(row.fields()));
    table.print();
  }
}
