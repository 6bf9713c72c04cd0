package dev.lacuna.benchmarks.engine;

import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What came of runs that were handed to an engine at once.
 *
 * @param seconds until the last was done
 * @param deviceMicros of all forward passes
 * @param hostMicros work of the engine's thread outside of them
 * @param passes forward passes
 * @param meanRows rows of a forward pass
 * @param maskTokens tokens of each run's masks
 */
record EngineRound(
    double seconds,
    long deviceMicros,
    long hostMicros,
    int passes,
    double meanRows,
    List<int[]> maskTokens) {

  /**
   * Hands runs to an engine and waits for all.
   *
   * @throws IllegalStateException if the engine fails
   */
  static EngineRound run(
      GenerationEngine engine, String model, List<DocumentPlan> plans, SamplingSettings settings)
      throws InterruptedException {
    Noted noted = new Noted(plans.size());
    long begun = System.nanoTime();
    for (int i = 0; i < plans.size(); i++) {
      int place = i;
      engine.submit(spec(model, plans.get(i), settings, i + 1), event -> noted.take(place, event));
    }
    while (!noted.done.await(1, TimeUnit.SECONDS)) {
      engine
          .failure()
          .ifPresent(
              failure -> {
                throw new IllegalStateException("the engine failed: " + failure, failure);
              });
    }
    return noted.round((System.nanoTime() - begun) / 1e9);
  }

  private static RunSpec spec(
      String model, DocumentPlan plan, SamplingSettings settings, int sample) {
    return new RunSpec(
        model,
        plan,
        settings,
        CounterRandom.of(settings.seed(), sample),
        sample,
        0,
        Long.MAX_VALUE,
        0,
        RunProgress.start(plan));
  }

  /**
   * What the engine told.
   *
   * <p>Threading: written by the engine's thread, read once all is done.
   */
  private static final class Noted {
    private final CountDownLatch done;
    private final int[][] maskTokens;
    private final Map<Long, StepReport> passes = new HashMap<>();

    Noted(int runs) {
      done = new CountDownLatch(runs);
      maskTokens = new int[runs][];
    }

    void take(int place, RunEvent event) {
      if (event instanceof RunEvent.StepDone step) {
        passes.put(step.report().batchSequence(), step.report());
      } else if (event instanceof RunEvent.Finished finished) {
        maskTokens[place] = finished.progress().maskTokens();
        done.countDown();
      } else if (event instanceof RunEvent.Failed failed) {
        throw failed.exception(); // stops the engine, which is noticed
      }
    }

    EngineRound round(double seconds) {
      List<StepReport> all = new ArrayList<>(passes.values());
      return new EngineRound(
          seconds,
          all.stream().mapToLong(StepReport::deviceMicros).sum(),
          all.stream().mapToLong(StepReport::hostMicros).sum(),
          all.size(),
          all.stream().mapToInt(StepReport::batchRows).average().orElse(0),
          Arrays.asList(maskTokens));
    }
  }
}
