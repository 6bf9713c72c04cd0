package dev.lacuna.cli.model;

import dev.lacuna.console.Style;
import dev.lacuna.console.Visible;
import dev.lacuna.evaluation.conformance.CaseKind;
import dev.lacuna.evaluation.conformance.CaseResult;
import dev.lacuna.evaluation.conformance.ConformanceReport;
import dev.lacuna.evaluation.conformance.ConformanceReport.Tally;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * A line for each model of a conformance kit: for each kind of case how many passed, and the
 * largest difference from a recorded number.
 *
 * @param modelWidth characters of the longest model name
 * @param style how failures are set off
 */
public record ConformanceTable(int modelWidth, Style style) {

  private static final int CELL_WIDTH = 17;
  private static final String TOTAL = "total";

  /** A table of these models. */
  public static ConformanceTable of(List<String> models, Style style) {
    int width =
        models.stream().map(Visible::of).mapToInt(String::length).max().orElse(TOTAL.length());
    return new ConformanceTable(Math.max(TOTAL.length(), width), style);
  }

  /** The line above the others. */
  public String heading() {
    return style.bold(
        line("model", List.of("logits", "trajectories", "distributions", "tokenizer")));
  }

  /** One model's line. */
  public String row(String model, ConformanceReport report) {
    StringJoiner row = new StringJoiner("  ");
    row.add(padded(Visible.of(model), modelWidth));
    for (CaseKind kind : CaseKind.values()) {
      row.add(cell(report.of(model, kind)));
    }
    return row.toString().stripTrailing();
  }

  /** The line below the others. */
  public String total(ConformanceReport report) {
    StringJoiner row = new StringJoiner("  ");
    row.add(padded(TOTAL, modelWidth));
    for (CaseKind kind : CaseKind.values()) {
      row.add(cell(report.of(kind)));
    }
    return row.toString().stripTrailing();
  }

  /** What differed first in a case that failed. */
  public String failure(CaseResult result) {
    String name = "%s %s %s".formatted(result.model(), result.kind().label(), result.name());
    return style.bad("FAILED") + " " + Visible.of(name) + ": " + Visible.of(result.reason());
  }

  private String cell(Tally tally) {
    if (tally.cases() == 0) {
      return padded("-", CELL_WIDTH);
    }
    String worst =
        Double.isNaN(tally.worst()) ? "" : "  " + String.format(Locale.ROOT, "%.1e", tally.worst());
    String text = padded(tally.passed() + "/" + tally.cases() + worst, CELL_WIDTH);
    return tally.failed() > 0 ? style.bad(text) : text;
  }

  private String line(String model, List<String> cells) {
    StringJoiner line = new StringJoiner("  ");
    line.add(padded(model, modelWidth));
    cells.forEach(cell -> line.add(padded(cell, CELL_WIDTH)));
    return line.toString().stripTrailing();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
