package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.engine.EngineRow;
import dev.lacuna.benchmarks.measure.Machine;
import dev.lacuna.benchmarks.step.StepRow;
import dev.lacuna.console.plot.Figure;
import dev.lacuna.console.plot.Panel;
import dev.lacuna.console.plot.Panel.Axis;
import dev.lacuna.console.plot.Panel.Look;
import dev.lacuna.console.plot.Panel.Point;
import dev.lacuna.console.plot.Panel.Reference;
import dev.lacuna.console.plot.Panel.Series;
import dev.lacuna.console.plot.Scale;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Measurements as pictures. */
public final class BenchPlots {

  /** The colours of Okabe and Ito, told apart by the colour-blind too. */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#999999");

  private BenchPlots() {}

  /** Tokens a second by rows, a panel for each length, steps and share, a line for each numbers. */
  public static String engine(List<EngineRow> rows, Machine machine) {
    List<Panel> panels =
        panels(
            rows,
            row ->
                "%d tokens, %d %% masked, %d steps"
                    .formatted(row.length(), Math.round(row.maskedShare() * 100), row.steps()),
            row -> row.dtype() + ", temperature " + number(row.temperature()),
            EngineRow::rows,
            new Axis(
                "tokens a second", Scale.Linear.fromZero(most(rows, EngineRow::tokensPerSecond))),
            EngineRow::tokensPerSecond,
            List.of());
    return figure("Tokens a second through the engine", rows.get(0).model(), machine, panels);
  }

  /** How many times its floor a step takes, by rows. */
  public static String step(List<StepRow> rows, Machine machine) {
    List<StepRow> known = rows.stream().filter(row -> row.ratioToFloor() != null).toList();
    List<Panel> panels =
        panels(
            known,
            row -> "rows of %d tokens".formatted(row.length()),
            row ->
                "%d %% masked, temperature %s"
                    .formatted(Math.round(row.maskedShare() * 100), number(row.temperature())),
            StepRow::rows,
            new Axis("step ÷ floor", Scale.Linear.fromZero(most(known, StepRow::ratioToFloor))),
            StepRow::ratioToFloor,
            List.of(new Reference("matrix products alone", 1)));
    return figure("Steps over their floor", rows.get(0).model(), machine, panels);
  }

  private static String figure(String title, String model, Machine machine, List<Panel> panels) {
    return new Figure(
            title,
            model + " · " + machine.processor() + ", " + machine.cores() + " cores",
            List.of("Medians over interleaved rounds; docs/BENCHMARKS.md says how they were made."),
            panels)
        .svg();
  }

  private static <R> List<Panel> panels(
      List<R> rows,
      Function<R, String> panelOf,
      Function<R, String> seriesOf,
      ToDoubleFunction<R> x,
      Axis y,
      ToDoubleFunction<R> value,
      List<Reference> references) {
    List<Double> counts = rows.stream().map(x::applyAsDouble).distinct().sorted().toList();
    List<Panel> panels = new ArrayList<>();
    for (String panel : names(rows, panelOf)) {
      List<R> own = rows.stream().filter(row -> panelOf.apply(row).equals(panel)).toList();
      List<Series> series = new ArrayList<>();
      for (String name : names(own, seriesOf)) {
        List<Point> points =
            own.stream()
                .filter(row -> seriesOf.apply(row).equals(name))
                .map(row -> point(x.applyAsDouble(row), value.applyAsDouble(row)))
                .toList();
        series.add(
            new Series(name, COLOURS.get(series.size() % COLOURS.size()), Look.LINE, points));
      }
      Axis axis = new Axis("rows", Scale.Logarithmic.at(counts));
      panels.add(new Panel(panel, axis, y, series, references));
    }
    return panels;
  }

  private static Point point(double x, double y) {
    String shown = String.format(Locale.ROOT, y < 10 ? "%.2f" : "%.0f", y);
    return new Point(x, y, Double.NaN, shown, shown);
  }

  private static <R> Set<String> names(List<R> rows, Function<R, String> of) {
    Set<String> names = new LinkedHashSet<>();
    rows.forEach(row -> names.add(of.apply(row)));
    return names;
  }

  private static <R> double most(List<R> rows, ToDoubleFunction<R> of) {
    return rows.stream().mapToDouble(of).max().orElse(1);
  }

  private static String number(float value) {
    return value == Math.rint(value) ? String.valueOf((int) value) : String.valueOf(value);
  }
}
