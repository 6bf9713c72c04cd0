package dev.lacuna.cli.demo;

import dev.lacuna.console.Counted;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A demo in figures.
 *
 * @param steps steps run, by the completions
 * @param tokens tokens generated
 * @param tokensPerSecond tokens by the time from the first step's start to the last one's end
 * @param forwardPasses forward passes that these steps shared
 * @param meanBatchRows rows of a forward pass, mean over passes
 * @param meanStepMillis device and host time of a pass, mean
 * @param submittedSeconds from the submission to the end, lingering included
 * @param wallSeconds from the demo's start
 */
record DemoSummary(
    int requests,
    int completions,
    int completed,
    int timings,
    int steps,
    int tokens,
    double tokensPerSecond,
    int forwardPasses,
    double meanBatchRows,
    double meanStepMillis,
    double submittedSeconds,
    double wallSeconds,
    int problems) {

  static DemoSummary of(DemoResults results, double submittedSeconds, double wallSeconds) {
    List<GenerationCompletion> completions =
        results.requests().stream()
            .map(GenerationRequest::getId)
            .map(results.accounting()::completion)
            .flatMap(Optional::stream)
            .toList();
    int tokens = completions.stream().mapToInt(GenerationCompletion::getGeneratedTokens).sum();
    double[] stepMillis = StepSeries.stepMillis(results.timings());
    double meanMillis = stepMillis.length == 0 ? 0 : Arrays.stream(stepMillis).average().orElse(0);
    double runningSeconds = runningSeconds(results.timings());
    return new DemoSummary(
        results.accounting().requests(),
        results.accounting().completions(),
        (int) completions.stream().filter(c -> c.getStatus() == CompletionStatus.COMPLETED).count(),
        results.accounting().timings(),
        completions.stream().mapToInt(GenerationCompletion::getStepsRun).sum(),
        tokens,
        runningSeconds == 0 ? 0 : tokens / runningSeconds,
        stepMillis.length,
        stepMillis.length == 0 ? 0 : (double) results.timings().size() / stepMillis.length,
        meanMillis,
        submittedSeconds,
        wallSeconds,
        results.problems().size());
  }

  private static double runningSeconds(List<StepTiming> timings) {
    if (timings.isEmpty()) {
      return 0;
    }
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (StepTiming timing : timings) {
      long start = timing.getStartedAt().toEpochMilli();
      first = Math.min(first, start);
      last = Math.max(last, start + timing.getDeviceMicros() / 1000);
    }
    return Math.max(1, last - first) / 1000.0;
  }

  /** For a program. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("requests", requests);
    fields.put("completions", completions);
    fields.put("timings", timings);
    fields.put("completed", completed);
    fields.put("stepsRun", steps);
    fields.put("tokens", tokens);
    fields.put("tokensPerSecond", rounded(tokensPerSecond));
    fields.put("forwardPasses", forwardPasses);
    fields.put("meanBatchRows", rounded(meanBatchRows));
    fields.put("meanStepMillis", rounded(meanStepMillis));
    fields.put("submittedSeconds", rounded(submittedSeconds));
    fields.put("wallSeconds", rounded(wallSeconds));
    fields.put("problems", problems);
    return fields;
  }

  /** For a person. */
  List<String> lines() {
    return List.of(
        line("requests", "%d, of which completed %d", requests, completed),
        line("completions", "%d", completions),
        line("step timings", "%d for %s", timings, Counted.of(steps, "step")),
        line(
            "forward passes",
            "%d, %.1f ms and %.1f rows each",
            forwardPasses,
            meanStepMillis,
            meanBatchRows),
        line("tokens", "%d, %.0f a second", tokens, tokensPerSecond),
        line("wall time", "%.1f s, %.1f s since the submission", wallSeconds, submittedSeconds));
  }

  private static String line(String name, String format, Object... values) {
    return String.format(Locale.ROOT, "  %-15s", name) + String.format(Locale.ROOT, format, values);
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
