package dev.lacuna.evaluation.report;

import dev.lacuna.console.plot.Figure;
import dev.lacuna.console.plot.Panel;
import dev.lacuna.console.plot.Panel.Axis;
import dev.lacuna.console.plot.Panel.Look;
import dev.lacuna.console.plot.Panel.Point;
import dev.lacuna.console.plot.Panel.Reference;
import dev.lacuna.console.plot.Panel.Series;
import dev.lacuna.console.plot.Scale;
import dev.lacuna.evaluation.baseline.Baselines;
import dev.lacuna.evaluation.measure.Estimate;
import dev.lacuna.evaluation.report.EvalReport.InfillRow;
import dev.lacuna.evaluation.report.EvalReport.Measure;
import dev.lacuna.runtime.check.Checked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A report as a picture: which settings give which accuracy, at what price. */
public final class EvalPlot {

  // The colours of Okabe and Ito, told apart by the colour-blind too.
  private static final String BLUE = "#0072b2";
  private static final String RED = "#d55e00";
  private static final String GREEN = "#009e73";
  private static final String PURPLE = "#cc79a7";
  private static final String GREY = "#999999";

  private static final String ACCURACY = "masked tokens that came back, %";

  private final EvalReport report;
  private final Scale accuracies;

  private EvalPlot(EvalReport report) {
    this.report = report;
    this.accuracies = InfillSeries.range(rows(Sweep.BASE_SHARE), InfillSeries::againstBase);
  }

  /** The SVG document; parts that could not be measured are left out. */
  public static String svg(EvalReport report) {
    EvalPlot plot = new EvalPlot(report);
    EvalReport.Subject subject = report.subject();
    List<Panel> panels = new ArrayList<>();
    plot.likelihood().ifPresent(panels::add);
    plot.steps().ifPresent(panels::add);
    plot.threshold().ifPresent(panels::add);
    plot.order().ifPresent(panels::add);
    plot.guidance().ifPresent(panels::add);
    plot.time().ifPresent(panels::add);
    return new Figure(
            "Quality of " + subject.model(),
            "%s held-out documents, runs on %s of them · base: %s; %s masked"
                .formatted(
                    Shown.count(subject.documents()),
                    Shown.count(subject.engineDocuments()),
                    subject.base(),
                    Shown.percent(Sweep.BASE_SHARE)),
            List.of(
                "Whiskers: 95 % intervals over the choice of documents. Likelihood and steps: of the value itself. Other panels: of its difference from the base,",
                "which has none: all settings saw the same documents and masks, so their common luck cancels."),
            panels)
        .svg();
  }

  private Optional<Panel> likelihood() {
    if (!(report.bound() instanceof Checked.Valid<Measure> bound)) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(List.of("model (bound)"));
    List<Estimate> values = new ArrayList<>(List.of(bound.value().estimate()));
    if (report.baselines() instanceof Checked.Valid<Baselines> baselines) {
      names.addAll(List.of("trigram", "unigram"));
      values.add(baselines.value().trigramNats());
      values.add(baselines.value().unigramNats());
    }
    List<Series> bars = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Estimate value = values.get(i);
      String hint = names.get(i) + ": " + Shown.number2(value) + " nats per token";
      String label = (i == 0 ? "≤ " : "") + Shown.decimals(value.value(), 2);
      Point point = new Point(i, value.value(), value.half95(), label, hint);
      bars.add(new Series("", i == 0 ? BLUE : GREY, Look.BARS, List.of(point)));
    }
    double most = values.stream().mapToDouble(Estimate::value).max().orElse(1);
    return Optional.of(
        new Panel(
            "Likelihood: lower is better",
            new Axis("", new Scale.Names(names)),
            new Axis("nats per token", Scale.Linear.fromZero(most)),
            bars,
            List.of()));
  }

  private Optional<Panel> steps() {
    List<Series> series = new ArrayList<>();
    List<InfillRow> all = new ArrayList<>();
    String[] colours = {BLUE, RED};
    for (double share : Sweep.SHARES) {
      List<InfillRow> rows = report.series(Varied.STEPS, share);
      all.addAll(rows);
      series.add(
          InfillSeries.series(
              Shown.percent(share) + " masked",
              colours[series.size() % colours.length],
              rows,
              row -> Double.parseDouble(row.setting().value()),
              InfillSeries::ownInterval));
    }
    if (all.isEmpty()) {
      return Optional.empty();
    }
    List<Double> steps =
        all.stream().map(row -> Double.parseDouble(row.setting().value())).distinct().toList();
    List<Reference> references = references();
    double least = references.stream().mapToDouble(Reference::y).min().orElse(100);
    Scale.Linear range = InfillSeries.range(all, InfillSeries::ownInterval);
    return Optional.of(
        new Panel(
            "Steps",
            new Axis("denoising steps", Scale.Logarithmic.at(steps)),
            new Axis(
                ACCURACY, least < range.from() ? Scale.Linear.around(least, range.to()) : range),
            series,
            references));
  }

  private List<Reference> references() {
    if (!(report.baselines() instanceof Checked.Valid<Baselines> valid)) {
      return List.of();
    }
    Baselines baselines = valid.value();
    return List.of(
        new Reference(
            "best token given both neighbours", 100 * baselines.neighboursAccuracy().value()),
        new Reference(
            "best token given the two before", 100 * baselines.trigramAccuracy().value()));
  }

  private Optional<Panel> threshold() {
    List<InfillRow> fixed = report.series(Varied.STEPS, Sweep.BASE_SHARE);
    List<InfillRow> rows = report.series(Varied.THRESHOLD, Sweep.BASE_SHARE);
    List<InfillRow> both = new ArrayList<>(fixed);
    both.addAll(rows);
    return panel(
        "Threshold, or a fixed number of steps",
        new Axis(
            "steps run (mean of a document)",
            InfillSeries.logarithmic(both, InfillSeries::stepsRun)),
        List.of(
            InfillSeries.series(
                "fixed steps", RED, fixed, InfillSeries::stepsRun, InfillSeries::againstBase),
            InfillSeries.labelled(
                InfillSeries.series(
                    "threshold", GREEN, rows, InfillSeries::stepsRun, InfillSeries::againstBase),
                rows)));
  }

  private Optional<Panel> order() {
    List<InfillRow> rows = report.series(Varied.ORDER, Sweep.BASE_SHARE);
    List<String> names = rows.stream().map(row -> row.setting().value()).toList();
    Series series =
        InfillSeries.series(
            "", RED, rows, row -> names.indexOf(row.setting().value()), InfillSeries::againstBase);
    return panel(
        "Unmasking order, %d steps".formatted(Sweep.BASE_STEPS),
        new Axis("", new Scale.Names(names)),
        List.of(new Series("", RED, Look.POINTS, series.points())));
  }

  private Optional<Panel> guidance() {
    List<InfillRow> rows = report.series(Varied.GUIDANCE, Sweep.BASE_SHARE);
    ToDoubleFunction<InfillRow> scale = row -> Double.parseDouble(row.setting().value());
    double most = rows.stream().mapToDouble(scale).max().orElse(1);
    return panel(
        "Guidance, %d steps".formatted(Sweep.BASE_STEPS),
        new Axis("guidance scale (0: off)", Scale.Linear.around(0, most)),
        List.of(InfillSeries.series("", RED, rows, scale, InfillSeries::againstBase)));
  }

  private Optional<Panel> time() {
    ToDoubleFunction<InfillRow> seconds = row -> EvalReport.measured(row).secondsPerDocument();
    String[] colours = {RED, PURPLE, BLUE, GREEN};
    String[] names = {"steps", "order", "guidance", "threshold"};
    List<Series> series = new ArrayList<>();
    for (Varied varied : Varied.values()) {
      List<InfillRow> rows = report.series(varied, Sweep.BASE_SHARE);
      // Only steps are a path from cheap to dear.
      Look look = varied == Varied.STEPS ? Look.LINE : Look.POINTS;
      List<Point> points = InfillSeries.series("", "", rows, seconds, row -> 0).points();
      series.add(new Series(names[varied.ordinal()], colours[varied.ordinal()], look, points));
    }
    return panel(
        "What it costs",
        new Axis(
            "seconds per document, documents sharing batches",
            InfillSeries.logarithmic(rows(Sweep.BASE_SHARE), seconds)),
        series);
  }

  private Optional<Panel> panel(String title, Axis x, List<Series> series) {
    List<Series> drawn = series.stream().filter(s -> !s.points().isEmpty()).toList();
    // A single point compares nothing.
    return drawn.stream().mapToInt(s -> s.points().size()).sum() < 2
        ? Optional.empty()
        : Optional.of(new Panel(title, x, new Axis(ACCURACY, accuracies), drawn, List.of()));
  }

  private List<InfillRow> rows(double share) {
    List<InfillRow> rows = new ArrayList<>();
    for (Varied varied : Varied.values()) {
      rows.addAll(report.series(varied, share));
    }
    return rows;
  }
}
