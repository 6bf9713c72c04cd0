package dev.lacuna.cli.demo;

import dev.lacuna.cli.client.CompletionText;
import dev.lacuna.console.Console;
import dev.lacuna.console.Counted;
import dev.lacuna.console.JsonLines;
import dev.lacuna.console.Style;
import dev.lacuna.console.TextPlot;
import dev.lacuna.console.Visible;
import dev.lacuna.wire.GenerationRequest;
import java.util.List;
import java.util.Locale;

/** Prints what a demo came to: documents, plots, figures, and what is amiss. */
final class DemoReport {
  private static final int PLOT_COLUMNS = 64;
  private static final int PLOT_ROWS = 5;

  private final Console console;
  private final DemoResults results;
  private final boolean json;

  DemoReport(Console console, DemoResults results, boolean json) {
    this.console = console;
    this.results = results;
    this.json = json;
  }

  /**
   * Prints everything.
   *
   * @param submittedSeconds since the documents were submitted
   * @param totalSeconds since the demo began
   */
  void print(double submittedSeconds, double totalSeconds) {
    DemoSummary summary = DemoSummary.of(results, submittedSeconds, totalSeconds);
    if (json) {
      console.out().println(JsonLines.object("summary", summary.fields()));
    } else {
      documents();
      plots();
      console.out().println(console.outStyle().bold("summary"));
      summary.lines().forEach(console.out()::println);
    }
    verdict(summary);
  }

  private void documents() {
    for (GenerationRequest request : results.requests()) {
      results
          .accounting()
          .completion(request.getId())
          .ifPresent(
              completion ->
                  console
                      .out()
                      .println(
                          CompletionText.of(
                              completion, request.getDocument(), console.outStyle())));
    }
  }

  private void plots() {
    Style style = console.outStyle();
    int columns = Math.min(PLOT_COLUMNS, console.columns() - 10);
    plot(
        style.bold("milliseconds of a step") + ", from the first forward pass to the last",
        TextPlot.bars(StepSeries.stepMillis(results.timings()), columns, PLOT_ROWS));
    plot(
        style.bold("masks left") + ", over all documents, after step 1, 2, …",
        TextPlot.bars(StepSeries.masksLeft(results.timings()), columns, PLOT_ROWS));
  }

  private void plot(String title, List<String> lines) {
    if (!lines.isEmpty()) {
      console.out().println(title);
      lines.forEach(console.out()::println);
      console.out().println();
    }
  }

  private void verdict(DemoSummary summary) {
    List<String> problems = results.problems();
    if (problems.isEmpty()) {
      console
          .err()
          .println(
              console
                  .errStyle()
                  .good(
                      String.format(
                          Locale.ROOT,
                          "exactly once: %s, %s, %s, %s",
                          Counted.of(summary.requests(), "request"),
                          Counted.of(summary.completions(), "completion"),
                          Counted.of(summary.steps(), "step"),
                          Counted.of(summary.timings(), "timing"))));
      return;
    }
    problems.forEach(
        problem -> console.err().println(console.errStyle().bad("amiss: ") + Visible.of(problem)));
  }
}
