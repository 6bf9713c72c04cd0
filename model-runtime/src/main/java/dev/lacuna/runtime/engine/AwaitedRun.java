package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A run whose end a thread waits for: for whoever has no topology to take its events.
 *
 * <p>Threading: any thread but the engine's own may submit and wait.
 */
public final class AwaitedRun {

  /** How often a wait looks whether the engine has died. */
  private static final long CHECK_MILLIS = 200;

  private final GenerationEngine engine;
  private final CompletableFuture<RunProgress> finished = new CompletableFuture<>();

  private AwaitedRun(GenerationEngine engine) {
    this.engine = engine;
  }

  /**
   * Queues a fresh run of usual priority, without a deadline.
   *
   * @param model name of the model, known to the engine
   * @param sample number of the sample, from 1; with the seed it decides the random numbers
   */
  public static AwaitedRun submit(
      GenerationEngine engine,
      String model,
      DocumentPlan plan,
      SamplingSettings settings,
      int sample) {
    AwaitedRun run = new AwaitedRun(engine);
    RunSpec spec =
        new RunSpec(
            model,
            plan,
            settings,
            CounterRandom.of(settings.seed(), sample),
            sample,
            0,
            Long.MAX_VALUE,
            0,
            RunProgress.start(plan));
    engine.submit(spec, run::observe);
    return run;
  }

  private void observe(RunEvent event) {
    if (event instanceof RunEvent.Finished end) {
      finished.complete(end.progress());
    } else if (event instanceof RunEvent.Failed failed) {
      finished.completeExceptionally(failed.exception());
    }
  }

  /**
   * Waits for the last step.
   *
   * @throws IllegalStateException if the run or the engine fails or this thread is interrupted
   */
  public RunProgress await() {
    while (true) {
      try {
        return finished.get(CHECK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        checkEngine();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
      }
    }
  }

  private void checkEngine() {
    engine
        .failure()
        .ifPresent(
            failure -> {
              throw new IllegalStateException("the engine failed: " + failure, failure);
            });
  }
}
