package dev.lacuna.benchmarks.engine;

import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.Rounded;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Runs given canvases whenever it is told to, so that another program can take turns with an engine
 * that stays warm: a line with a temperature begins a round, and a row is its answer.
 *
 * <p>Threading: used by one thread.
 */
public final class EngineOnRequest {

  private final BenchEngine engine;
  private final List<DocumentPlan> plans;
  private final Optional<Path> tokensOut;
  private final BenchReport.Table table;

  /**
   * Prepares rounds.
   *
   * @param tokensOut where each round leaves the filled canvases before it answers
   */
  public EngineOnRequest(
      BenchEngine engine, List<DocumentPlan> plans, Optional<Path> tokensOut, BenchReport report) {
    this.engine = engine;
    this.plans = List.copyOf(plans);
    this.tokensOut = tokensOut;
    this.table = report.table("engine", 2);
  }

  /**
   * Answers lines until there are no more.
   *
   * @return the first line that is no temperature, as a refusal
   */
  public Checked<Integer> serve(BufferedReader requests, int steps)
      throws IOException, InterruptedException {
    int rounds = 0;
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      Checked<SamplingSettings> settings = settings(line.strip(), steps);
      if (settings instanceof Checked.Refused<SamplingSettings> refused) {
        return new Checked.Refused<>(refused.refusal());
      }
      run(((Checked.Valid<SamplingSettings>) settings).value(), steps, line.strip());
      rounds++;
    }
    return Checked.valid(rounds);
  }

  /** Runs all canvases once. */
  public void run(SamplingSettings settings, int steps, String temperature)
      throws IOException, InterruptedException {
    EngineRound round = engine.run(plans, settings);
    if (tokensOut.isPresent()) {
      Files.write(tokensOut.get(), BenchCanvases.lines(plans, round.maskTokens()));
    }
    int cells = plans.stream().mapToInt(DocumentPlan::length).sum();
    double masks = plans.stream().mapToInt(DocumentPlan::maskCount).sum();
    EngineRow row =
        EngineRow.of(
            engine,
            plans,
            Rounded.to3(masks / cells),
            steps,
            Float.parseFloat(temperature),
            List.of(round));
    table.row(row.fields());
  }

  private Checked<SamplingSettings> settings(String line, int steps) {
    try {
      return engine.settings(steps, Float.parseFloat(line));
    } catch (NumberFormatException e) {
      return Checked.refused(
          "INVALID_VALUE",
          "temperature",
          "a line on standard input is '%s'; each begins a round and holds its temperature"
              .formatted(line));
    }
  }
}
