package dev.lacuna.evaluation.report;

import dev.lacuna.console.Counted;
import dev.lacuna.console.Style;
import dev.lacuna.console.TextTable;
import dev.lacuna.console.Visible;
import dev.lacuna.evaluation.baseline.Baselines;
import dev.lacuna.evaluation.measure.Estimate;
import dev.lacuna.evaluation.report.EvalReport.ForwardRow;
import dev.lacuna.evaluation.report.EvalReport.InfillMeasure;
import dev.lacuna.evaluation.report.EvalReport.InfillRow;
import dev.lacuna.evaluation.report.EvalReport.Measure;
import dev.lacuna.evaluation.report.EvalReport.Subject;
import dev.lacuna.runtime.check.Checked;
import java.util.ArrayList;
import java.util.List;

/** A report as text. */
public final class EvalTable {

  private EvalTable() {}

  /** The lines of the whole report. */
  public static List<String> lines(EvalReport report, Style style) {
    List<String> lines = new ArrayList<>(subject(report.subject(), style));
    lines.add("");
    lines.addAll(likelihood(report, style));
    lines.add("");
    lines.addAll(accuracy(report, style));
    report
        .loss()
        .ifPresent(
            loss -> {
              lines.add("");
              lines.addAll(loss(loss, style));
            });
    lines.add("");
    lines.addAll(runs(report, style));
    return lines;
  }

  private static List<String> subject(Subject subject, Style style) {
    String masked =
        subject.spanLength() == 1
            ? "single tokens"
            : "spans of " + Counted.of(subject.spanLength(), "token");
    return List.of(
        style.bold("Quality of " + subject.model()) + style.dim(" (" + subject.fingerprint() + ")"),
        "%s: %s held-out documents; one forward pass: %s of them, runs: %s; seed %d; masked: %s"
            .formatted(
                Visible.of(subject.file()),
                Shown.count(subject.documents()),
                Shown.count(subject.forwardDocuments()),
                Shown.count(subject.engineDocuments()),
                subject.seed(),
                masked),
        "%s of %s longer than the canvas of %d tokens and cut there"
            .formatted(
                Shown.count(subject.cutDocuments()),
                Shown.count(subject.forwardDocuments()),
                subject.canvasLimit()),
        style.dim("± is half of the 95 % interval over the choice of documents"));
  }

  private static List<String> likelihood(EvalReport report, Style style) {
    TextTable table = new TextTable(1);
    table.row("Likelihood", "nats per token", "documents", "tokens");
    List<String> notes = new ArrayList<>();
    if (report.bound() instanceof Checked.Valid<Measure> bound) {
      table.row(
          "model, upper bound",
          "≤ " + Shown.number2(bound.value().estimate()),
          Shown.count(bound.value().documents()),
          Shown.count(bound.value().tokens()));
    } else {
      notes.add("no bound: " + reason(report.bound()));
    }
    if (report.baselines() instanceof Checked.Valid<Baselines> valid) {
      Baselines.Provenance from = valid.value().provenance();
      String documents = Shown.count(from.heldOutDocuments());
      table.row(
          "interpolated trigram",
          Shown.number2(valid.value().trigramNats()),
          documents,
          Shown.count(from.insideTokens()));
      table.row(
          "unigram",
          Shown.number2(valid.value().unigramNats()),
          documents,
          Shown.count(from.heldOutTokens()));
    } else {
      notes.add("no baselines: " + reason(report.baselines()));
    }
    return headed(table, notes, style);
  }

  private static List<String> accuracy(EvalReport report, Style style) {
    TextTable table = new TextTable(1);
    table.row("Accuracy, one look at each token", "right, %", "documents", "tokens");
    List<String> notes = new ArrayList<>();
    for (ForwardRow row : report.forward()) {
      if (row.accuracy() instanceof Checked.Valid<Measure> valid) {
        table.row(
            "model, " + Shown.percent(row.share()) + " masked",
            Shown.aligned(Shown.percents(valid.value().estimate())),
            Shown.count(valid.value().documents()),
            Shown.count(valid.value().tokens()));
      } else if (notes.isEmpty()) {
        notes.add("not for this model: " + reason(row.accuracy()));
      }
    }
    if (report.baselines() instanceof Checked.Valid<Baselines> valid) {
      Baselines.Provenance from = valid.value().provenance();
      baseline(table, "best token given both neighbours", valid.value().neighboursAccuracy(), from);
      baseline(table, "best token given the two before", valid.value().trigramAccuracy(), from);
      table.row(
          "most frequent token",
          Shown.aligned(Shown.percents(valid.value().unigramAccuracy())),
          Shown.count(from.heldOutDocuments()),
          Shown.count(from.heldOutTokens()));
    }
    return headed(table, notes, style);
  }

  private static void baseline(
      TextTable table, String name, Estimate accuracy, Baselines.Provenance from) {
    table.row(
        name,
        Shown.aligned(Shown.percents(accuracy)),
        Shown.count(from.heldOutDocuments()),
        Shown.count(from.insideTokens()));
  }

  private static List<String> loss(Checked<EvalReport.Loss> checked, Style style) {
    TextTable table = new TextTable(1);
    table.row("Against itself in fp32, same masks", "", "documents", "other tokens");
    if (!(checked instanceof Checked.Valid<EvalReport.Loss> valid)) {
      return headed(table, List.of("not compared: " + reason(checked)), style);
    }
    EvalReport.Loss loss = valid.value();
    String documents = Shown.count(loss.documents());
    table.row("upper bound of the likelihood", Shown.change(loss.bound()) + " %", documents, "");
    for (EvalReport.AccuracyLoss row : loss.accuracies()) {
      table.row(
          "right, " + Shown.percent(row.share()) + " masked",
          Shown.change(row.accuracy()) + " points",
          documents,
          Shown.part(row.differing(), row.tokens()));
    }
    return headed(table, List.of(), style);
  }

  private static List<String> runs(EvalReport report, Style style) {
    TextTable table = new TextTable(2);
    table.row(
        "Runs", "", "masked", "right, %", "against base", "steps run", "tokens/step", "s/document");
    List<String> notes = new ArrayList<>();
    Varied before = null;
    for (InfillRow row : report.infill()) {
      InfillSetting setting = row.setting();
      if (row.result() instanceof Checked.Valid<InfillMeasure> valid) {
        InfillMeasure measure = valid.value();
        table.row(
            setting.varied() == before ? "" : setting.varied().label(),
            setting.value(),
            Shown.percent(setting.share()),
            Shown.aligned(Shown.percents(measure.accuracy().estimate())),
            measure.againstBase().map(Shown::points).map(Shown::aligned).orElse("base"),
            Shown.decimals(measure.steps().value(), 1),
            Shown.decimals(measure.tokensPerStep(), 1),
            Shown.decimals(measure.secondsPerDocument(), 3));
        before = setting.varied();
      } else {
        notes.add(
            "no run with %s %s: %s"
                .formatted(setting.varied().label(), setting.value(), reason(row.result())));
      }
    }
    List<String> lines = headed(table, notes, style);
    lines.add(
        style.dim(
            "base: "
                + report.subject().base()
                + "; against base: percentage points at the same share masked, on the same masks"));
    return lines;
  }

  private static List<String> headed(TextTable table, List<String> notes, Style style) {
    List<String> lines = new ArrayList<>(table.lines());
    lines.set(0, style.bold(lines.get(0)));
    lines.addAll(notes);
    return lines;
  }

  private static String reason(Checked<?> checked) {
    return ((Checked.Refused<?>) checked).refusal().message();
  }
}
