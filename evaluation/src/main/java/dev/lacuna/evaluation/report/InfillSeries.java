package dev.lacuna.evaluation.report;

import dev.lacuna.console.plot.Panel.Look;
import dev.lacuna.console.plot.Panel.Point;
import dev.lacuna.console.plot.Panel.Series;
import dev.lacuna.console.plot.Scale;
import dev.lacuna.evaluation.measure.Estimate;
import dev.lacuna.evaluation.report.EvalReport.InfillMeasure;
import dev.lacuna.evaluation.report.EvalReport.InfillRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Measured rows as points of a plot: accuracies in percent upwards. */
final class InfillSeries {

  private InfillSeries() {}

  /** Markers joined by a line, each with a hint that says it all. */
  static Series series(
      String name,
      String colour,
      List<InfillRow> rows,
      ToDoubleFunction<InfillRow> x,
      ToDoubleFunction<InfillRow> half) {
    List<Point> points = new ArrayList<>();
    for (InfillRow row : rows) {
      InfillMeasure measure = EvalReport.measured(row);
      Estimate accuracy = measure.accuracy().estimate();
      String hint =
          "%s %s: %s %%, %s steps run"
              .formatted(
                  row.setting().varied().label(),
                  row.setting().value(),
                  Shown.percents(accuracy),
                  Shown.decimals(measure.steps().value(), 1));
      double y = 100 * accuracy.value();
      points.add(new Point(x.applyAsDouble(row), y, 100 * half.applyAsDouble(row), "", hint));
    }
    return new Series(name, colour, Look.LINE, points);
  }

  /** With each point's value beside it. */
  static Series labelled(Series series, List<InfillRow> rows) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Point point = series.points().get(i);
      String value = rows.get(i).setting().value();
      points.add(new Point(point.x(), point.y(), point.half(), value, point.hint()));
    }
    return new Series(series.name(), series.colour(), series.look(), points);
  }

  /** Half the interval of the accuracy itself, a share of one. */
  static double ownInterval(InfillRow row) {
    return finite(EvalReport.measured(row).accuracy().estimate().half95());
  }

  /** Half the interval of the difference from the base, a share of one; 0 for the base. */
  static double againstBase(InfillRow row) {
    return EvalReport.measured(row)
        .againstBase()
        .map(Estimate::half95)
        .map(InfillSeries::finite)
        .orElse(0.0);
  }

  private static double finite(double half) {
    return Double.isNaN(half) ? 0 : half;
  }

  /** Mean steps of a document. */
  static double stepsRun(InfillRow row) {
    return EvalReport.measured(row).steps().value();
  }

  /** Accuracies with their whiskers, in percent. */
  static Scale.Linear range(List<InfillRow> rows, ToDoubleFunction<InfillRow> whisker) {
    double least = 100;
    double most = 0;
    for (InfillRow row : rows) {
      double accuracy = EvalReport.measured(row).accuracy().estimate().value();
      double half = whisker.applyAsDouble(row);
      least = Math.min(least, 100 * (accuracy - half));
      most = Math.max(most, 100 * (accuracy + half));
    }
    return Scale.Linear.around(Math.max(0, Math.min(least, most)), most);
  }

  /** Room for all values of a positive quantity. */
  static Scale logarithmic(List<InfillRow> rows, ToDoubleFunction<InfillRow> x) {
    double least = rows.stream().mapToDouble(x).filter(v -> v > 0).min().orElse(1);
    double most = rows.stream().mapToDouble(x).max().orElse(1);
    return Scale.Logarithmic.around(least, Math.max(most, least));
  }
}
