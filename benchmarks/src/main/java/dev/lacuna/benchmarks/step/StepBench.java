package dev.lacuna.benchmarks.step;

import dev.lacuna.benchmarks.floor.FloorTasks;
import dev.lacuna.benchmarks.floor.ForwardProducts;
import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.Interleaved;
import dev.lacuna.benchmarks.measure.ProcessFacts;
import dev.lacuna.benchmarks.measure.Rounded;
import dev.lacuna.benchmarks.measure.StepInput;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.NumberFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Times steps as they are served, forward pass and sampling, beside the {@link FloorTasks matrix
 * products} that they can't do without.
 *
 * <p>Threading: used by one thread.
 */
public final class StepBench {

  private static final int WARM_UPS = 2;

  private final StepModel model;
  private final StepOptions options;
  private final BenchReport.Table steps;
  private final BenchReport.Table parts;
  private final BenchReport.Table floors;
  private final BenchReport.Table memory;
  private final BenchReport.Table settings;
  private final List<StepRow> rows = new ArrayList<>();

  /** Prepares a measurement. */
  public StepBench(StepModel model, StepOptions options, BenchReport report) {
    this.model = model;
    this.options = options;
    this.steps = report.table("step", 1);
    this.parts = report.table("stepParts", 1);
    this.floors = report.table("floor", 1);
    this.memory = report.table("memory", 1);
    this.settings = report.table("settings", 2);
  }

  /**
   * Measures every combination of rows, length and masked share; temperatures of one are
   * interleaved.
   *
   * @return the rows
   * @throws Exception what the forward pass throws
   */
  public List<StepRow> run() throws Exception {
    settings();
    memory();
    for (int length : options.lengths()) {
      for (int rows : options.rows()) {
        for (double share : options.maskedShares()) {
          measure(rows, length, share);
        }
      }
    }
    settings.print();
    memory.print();
    steps.print();
    parts.print();
    floors.print();
    return List.copyOf(rows);
  }

  private void settings() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("device", model.opened().forwardPass().device());
    row.put("dtype", dtype().wireName());
    row.put("threads", options.forward().threads());
    row.put("topP", options.topP());
    row.put("topK", options.topK());
    row.put("rounds", options.rounds());
    settings.row(row);
  }

  private NumberFormat dtype() {
    return options.forward().dtype().orElse(NumberFormat.FP32);
  }

  /** Runs every batch before anything else is loaded, and says what that took. */
  private void memory() {
    for (int length : options.lengths()) {
      for (int rows : options.rows()) {
        for (double share : options.maskedShares()) {
          for (StepBatch batch : batches(rows, length, share)) {
            model.opened().forwardPass().run(batch);
            model.opened().forwardPass().run(batch);
          }
        }
      }
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("model", model.name());
    row.put(
        "peakBytes",
        ProcessFacts.peakBytes().isPresent()
            ? (Object) ProcessFacts.peakBytes().getAsLong()
            : null);
    row.put(
        "weightBytes", model.shape().map(shape -> shape.parameters() * Float.BYTES).orElse(null));
    memory.row(row);
  }

  private List<StepBatch> batches(int rows, int length, double share) {
    List<int[]> canvases = model.tokens().canvases(rows, length);
    List<StepBatch> batches = new ArrayList<>();
    for (float temperature : options.temperatures()) {
      batches.add(
          StepInput.batch(
              model.opened().facts(),
              canvases,
              StepInput.picksOf(length, share),
              temperature,
              options.topP(),
              options.topK()));
    }
    return batches;
  }

  private void measure(int rows, int length, double share) throws Exception {
    Interleaved tasks = new Interleaved();
    HostShares hostShares = new HostShares();
    List<StepBatch> batches = batches(rows, length, share);
    for (StepBatch batch : batches) {
      tasks.add(step(batch), () -> hostShares.run(model.opened().forwardPass(), batch));
    }
    Optional<ForwardProducts> products =
        model
            .shape()
            .filter(shape -> options.floor() && dtype() == NumberFormat.FP32)
            .map(shape -> new ForwardProducts(shape, rows, length, batches.get(0).positions));
    if (products.isEmpty()) {
      Interleaved.Samples samples = tasks.run(WARM_UPS, options.rounds());
      batches.forEach(batch -> row(batch, share, samples, Optional.empty()));
      parts(batches.get(0), share, hostShares);
      return;
    }
    try (FloorTasks floor = FloorTasks.open(products.get(), options.forward())) {
      floor.addTo(tasks);
      Interleaved.Samples samples = tasks.run(WARM_UPS, options.rounds());
      batches.forEach(batch -> row(batch, share, samples, Optional.of(floor)));
      parts(batches.get(0), share, hostShares);
      floor(batches.get(0), share, samples, floor);
    }
  }

  private static String step(StepBatch batch) {
    return "step at temperature " + batch.temperatures[0];
  }

  private void row(
      StepBatch batch, double share, Interleaved.Samples samples, Optional<FloorTasks> floor) {
    StepRow row =
        new StepRow(
            model.name(),
            batch.rows,
            batch.length,
            share,
            batch.temperatures[0],
            Rounded.to3(samples.median(step(batch))),
            floor.map(f -> Rounded.to3(f.millis(samples))).orElse(null),
            floor.map(f -> Rounded.to3(f.gflops(samples))).orElse(null),
            floor.map(f -> Rounded.to3(samples.medianRatio(step(batch), f.task()))).orElse(null));
    rows.add(row);
    steps.row(row.fields());
  }

  private void parts(StepBatch batch, double share, HostShares hostShares) {
    Map<String, Object> row = shape(batch, share);
    row.put(
        "hostShare", hostShares.median().isPresent() ? hostShares.median().getAsDouble() : null);
    parts.row(row);
  }

  private void floor(StepBatch batch, double share, Interleaved.Samples samples, FloorTasks floor) {
    Map<String, Object> row = shape(batch, share);
    row.put("floorRowsAtOnce", floor.tiling().rows());
    row.put("floorPicksAtOnce", floor.tiling().picks());
    row.put("floorUntiledMillis", Rounded.to3(floor.untiledMillis(samples)));
    row.put("singleProductsMillis", Rounded.to3(floor.singlesMillis(samples)));
    row.put(
        "floorToSingleProducts", Rounded.to3(floor.singlesMillis(samples) / floor.millis(samples)));
    floors.row(row);
  }

  private Map<String, Object> shape(StepBatch batch, double share) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("model", model.name());
    row.put("rows", batch.rows);
    row.put("length", batch.length);
    row.put("maskedShare", share);
    return row;
  }
}
