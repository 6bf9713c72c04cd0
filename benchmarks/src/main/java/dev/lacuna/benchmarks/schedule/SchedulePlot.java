package dev.lacuna.benchmarks.schedule;

import dev.lacuna.benchmarks.simulation.Policy;
import dev.lacuna.benchmarks.simulation.SimulationResult;
import dev.lacuna.console.plot.Figure;
import dev.lacuna.console.plot.Panel;
import dev.lacuna.console.plot.Panel.Axis;
import dev.lacuna.console.plot.Panel.Look;
import dev.lacuna.console.plot.Panel.Point;
import dev.lacuna.console.plot.Panel.Series;
import dev.lacuna.console.plot.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A simulation as a picture. */
public final class SchedulePlot {

  // The colours of Okabe and Ito, told apart by the colour-blind too.
  private static final List<String> COLOURS = List.of("#0072b2", "#d55e00", "#999999");

  private SchedulePlot() {}

  /** The SVG document: for each device throughput, latency and padding by trace and policy. */
  public static String svg(List<ScheduleSimulation.Row> rows) {
    List<Panel> panels = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (DeviceCurve curve : rows.stream().map(ScheduleSimulation.Row::curve).distinct().toList()) {
      List<ScheduleSimulation.Row> own =
          rows.stream().filter(row -> row.curve().equals(curve)).toList();
      panels.add(
          panel(
              curve.name() + ": throughput ÷ equal-steps",
              "ratio",
              own,
              ScheduleSimulation.Row::overEqualSteps,
              1.1));
      panels.add(
          logarithmic(
              curve.name() + ": mean time from acceptance to end",
              "seconds",
              own,
              row -> meanLatencySeconds(row.result())));
      panels.add(
          panel(
              curve.name() + ": padding",
              "% of computed tokens",
              own,
              row -> 100 * row.result().padding(),
              10));
      notes.add(curve.name() + ": " + curve.what());
    }
    return new Figure(
            "Which rows share a forward pass",
            "simulated on a virtual clock; lower is better but for throughput",
            notes,
            panels)
        .svg();
  }

  private static double meanLatencySeconds(SimulationResult result) {
    double sum = 0;
    int runs = 0;
    for (SimulationResult.Wait wait : result.waits()) {
      sum += wait.meanLatencyMillis() * wait.runs();
      runs += wait.runs();
    }
    return sum / runs / 1e3;
  }

  private static Panel panel(
      String title,
      String unit,
      List<ScheduleSimulation.Row> rows,
      ToDoubleFunction<ScheduleSimulation.Row> value,
      double atLeast) {
    double most = Math.max(atLeast, rows.stream().mapToDouble(value).max().orElse(1));
    return drawn(title, new Axis(unit, Scale.Linear.fromZero(most)), rows, value);
  }

  private static Panel logarithmic(
      String title,
      String unit,
      List<ScheduleSimulation.Row> rows,
      ToDoubleFunction<ScheduleSimulation.Row> value) {
    double least = rows.stream().mapToDouble(value).min().orElse(1);
    double most = rows.stream().mapToDouble(value).max().orElse(1);
    return drawn(title, new Axis(unit, Scale.Logarithmic.around(least, most)), rows, value);
  }

  private static Panel drawn(
      String title,
      Axis y,
      List<ScheduleSimulation.Row> rows,
      ToDoubleFunction<ScheduleSimulation.Row> value) {
    List<String> traces = rows.stream().map(row -> row.trace().name()).distinct().toList();
    List<Series> series = new ArrayList<>();
    for (Policy policy : Policy.values()) {
      List<Point> points = new ArrayList<>();
      for (ScheduleSimulation.Row row : rows) {
        if (row.policy() == policy) {
          double shown = value.applyAsDouble(row);
          String hint = String.format(Locale.ROOT, "%s: %.3f", policy.label(), shown);
          points.add(new Point(traces.indexOf(row.trace().name()), shown, 0, "", hint));
        }
      }
      series.add(new Series(policy.label(), COLOURS.get(policy.ordinal()), Look.POINTS, points));
    }
    return new Panel(title, new Axis("", new Scale.Names(traces)), y, series, List.of());
  }
}
