package dev.lacuna.benchmarks.engine;

import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.BenchTokens;
import dev.lacuna.benchmarks.measure.Interleaved;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokens a second of whole runs through the engine, without Kafka. Engines with different numbers
 * take turns.
 *
 * <p>Threading: used by one thread.
 */
public final class EngineBench {

  /** Enough to load code, shape buffers and wake the caches. */
  private static final int WARM_UP_STEPS = 2;

  private final List<BenchEngine> engines;
  private final BenchTokens tokens;
  private final EngineSettings settings;
  private final BenchReport.Table table;
  private final List<EngineRow> rows = new ArrayList<>();

  /**
   * Prepares a measurement.
   *
   * @param engines at least one; all of one model
   */
  public EngineBench(
      List<BenchEngine> engines, BenchTokens tokens, EngineSettings settings, BenchReport report) {
    this.engines = List.copyOf(engines);
    this.tokens = tokens;
    this.settings = settings;
    this.table = report.table("engine", 2);
  }

  /** Measures every combination; gives its rows. */
  public List<EngineRow> run() throws Exception {
    for (int length : settings.lengths()) {
      for (double share : settings.maskedShares()) {
        for (int count : settings.rows()) {
          List<DocumentPlan> plans =
              BenchCanvases.masked(engines.get(0).facts(), tokens, count, length, share);
          for (int steps : settings.steps()) {
            for (float temperature : settings.temperatures()) {
              measure(plans, share, steps, temperature);
            }
          }
        }
      }
    }
    table.print();
    return List.copyOf(rows);
  }

  private void measure(List<DocumentPlan> plans, double share, int steps, float temperature)
      throws Exception {
    Map<BenchEngine, List<EngineRound>> rounds = new LinkedHashMap<>();
    Interleaved tasks = new Interleaved();
    for (BenchEngine engine : engines) {
      List<EngineRound> own = new ArrayList<>();
      rounds.put(engine, own);
      engine.run(plans, valid(engine.settings(Math.min(WARM_UP_STEPS, steps), temperature)));
      SamplingSettings chosen = valid(engine.settings(steps, temperature));
      tasks.add(engine.dtype(), () -> own.add(engine.run(plans, chosen)));
    }
    tasks.run(0, settings.rounds());
    for (BenchEngine engine : engines) {
      EngineRow row = EngineRow.of(engine, plans, share, steps, temperature, rounds.get(engine));
      rows.add(row);
      table.row(row.fields());
    }
  }

  private static SamplingSettings valid(Checked<SamplingSettings> checked) {
    if (checked instanceof Checked.Refused<SamplingSettings> refused) {
      throw new IllegalArgumentException(refused.refusal().message());
    }
    return ((Checked.Valid<SamplingSettings>) checked).value();
  }
}
