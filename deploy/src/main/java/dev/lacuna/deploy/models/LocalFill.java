package dev.lacuna.deploy.models;

import dev.lacuna.runtime.Checked;
import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.EngineOptions;
import dev.lacuna.runtime.engine.RunEvent;
import dev.lacuna.runtime.engine.RunProgress;
import dev.lacuna.runtime.engine.RunSpec;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.FilledDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Fills documents in this process, without Kafka.
 *
 * <p>Threading: used by one thread; owns an engine and thereby its thread.
 */
public final class LocalFill implements AutoCloseable {

  /** How often a wait looks whether the engine has died. */
  private static final long CHECK_MILLIS = 200;

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
                    .plan(document, settings)
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
    List<CompletableFuture<RunProgress>> runs = new ArrayList<>();
    for (int sample = 1; sample <= samples; sample++) {
      runs.add(submit(job, sample));
    }
    for (int sample = 1; sample <= samples; sample++) {
      RunProgress finished = await(runs.get(sample - 1));
      sink.accept(
          new Filled(
              sample,
              model.model().read(job.plan(), job.settings(), finished),
              finished.stepsTotal()));
    }
  }

  private CompletableFuture<RunProgress> submit(Job job, int sample) {
    CompletableFuture<RunProgress> finished = new CompletableFuture<>();
    RunSpec spec =
        new RunSpec(
            model.model().name(),
            job.plan(),
            job.settings(),
            CounterRandom.of(job.settings().seed(), sample),
            sample,
            0,
            Long.MAX_VALUE,
            0,
            RunProgress.start(job.plan()));
    engine.submit(
        spec,
        event -> {
          if (event instanceof RunEvent.Finished end) {
            finished.complete(end.progress());
          }
        });
    return finished;
  }

  private RunProgress await(CompletableFuture<RunProgress> run) {
    while (true) {
      try {
        return run.get(CHECK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        engine
            .failure()
            .ifPresent(
                failure -> {
                  throw new IllegalStateException("the engine failed: " + failure, failure);
                });
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  @Override
  public void close() {
    engine.close();
    model.codec().close();
  }
}
