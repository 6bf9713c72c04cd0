package dev.lacuna.cli.model;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.engine.AwaitedRun;
import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.FilledDocument;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Fills documents in this process, without Kafka.
 *
 * <p>Threading: used by one thread; owns an engine and thereby its thread.
 */
public final class LocalFill implements AutoCloseable {

  private final LoadedModel model;
  private final DenoisingEngine engine;

  private LocalFill(LoadedModel model, DenoisingEngine engine) {
    this.model = model;
    this.engine = engine;
  }

  /** Starts an engine with as many slots as samples, within bounds. */
  public static LocalFill of(LoadedModel model, int samples) {
    int slots = Math.min(samples, EngineOptions.DEFAULT.slots());
    return new LocalFill(
        model,
        new DenoisingEngine(List.of(model.engineModel()), EngineOptions.DEFAULT.withSlots(slots)));
  }

  /** A document that this model can fill, with settings decided. */
  public record Job(DocumentPlan plan, SamplingSettings settings, String fingerprint) {}

  /**
   * One filling.
   *
   * @param sample from 1
   */
  public record Filled(int sample, FilledDocument document, int stepsRun) {}

  /** Checks a document and its settings. */
  public Checked<Job> prepare(Document document, SamplingOverrides overrides, long seedIfAbsent) {
    return model
        .model()
        .settings(overrides, seedIfAbsent)
        .then(
            settings ->
                model
                    .model()
                    .plan(document)
                    .then(
                        plan ->
                            Checked.valid(new Job(plan, settings, model.model().fingerprint()))));
  }

  /**
   * Fills a document.
   *
   * @param samples how many times
   * @param sink gets each filling on the caller's thread, in the order of the samples
   * @throws IllegalStateException if the engine fails
   */
  public void run(Job job, int samples, Consumer<Filled> sink) {
    List<AwaitedRun> runs = new ArrayList<>();
    for (int sample = 1; sample <= samples; sample++) {
      runs.add(AwaitedRun.submit(engine, model.model().name(), job.plan(), job.settings(), sample));
    }
    for (int sample = 1; sample <= samples; sample++) {
      RunProgress finished = runs.get(sample - 1).await();
      sink.accept(
          new Filled(
              sample,
              model.model().read(job.plan(), job.settings(), finished),
              finished.stepsTotal()));
    }
  }

  @Override
  public void close() {
    engine.close();
    model.codec().close();
  }
}
