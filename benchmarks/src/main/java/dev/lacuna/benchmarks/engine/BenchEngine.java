package dev.lacuna.benchmarks.engine;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.List;

/**
 * A model in an engine of its own.
 *
 * <p>Threading: used by one thread; owns an engine and thereby its thread.
 */
public final class BenchEngine implements AutoCloseable {

  private static final long SEED = 1;

  private final LoadedModel model;
  private final String dtype;
  private final int slots;
  private final DenoisingEngine engine;

  /**
   * Starts an engine.
   *
   * @param dtype numbers of the model's matrices, as asked for
   */
  public BenchEngine(LoadedModel model, String dtype, EngineOptions options) {
    this.model = model;
    this.dtype = dtype;
    this.slots = options.slots();
    this.engine = new DenoisingEngine(List.of(model.engineModel()), options);
  }

  String dtype() {
    return dtype;
  }

  int slots() {
    return slots;
  }

  /** What the sampler knows of the model. */
  public ModelFacts facts() {
    return model.engineModel().facts();
  }

  /** Settings of a run, or why the model can't have them. */
  public Checked<SamplingSettings> settings(int steps, float temperature) {
    SamplingOverrides overrides =
        SamplingOverrides.builder().steps(steps).temperature(temperature).build();
    return model.model().settings(overrides, SEED);
  }

  EngineRound run(List<DocumentPlan> plans, SamplingSettings settings) throws InterruptedException {
    return EngineRound.run(engine, facts().name(), plans, settings);
  }

  @Override
  public void close() {
    engine.close();
    model.codec().close();
  }
}
