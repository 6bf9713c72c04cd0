package dev.lacuna.benchmarks.cluster;

import dev.lacuna.benchmarks.cluster.Workload.Job;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.loading.LoadedModel;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.worker.models.ModelSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The engine alone, in this process: a round hands it all requests at once.
 *
 * <p>Threading: used by one thread; the engine's own notes what is done.
 */
public final class EngineSide {
  private final ModelSet models;
  private final LoadedModel model;

  /** Runs rounds of one of the loaded models. */
  public EngineSide(ModelSet models, String name) {
    this.models = models;
    this.model = models.loaded(name);
  }

  /** Runs a round: all jobs at once. */
  public Round run(List<Job> jobs) throws InterruptedException {
    Noted noted = new Noted(jobs.size());
    for (int index = 0; index < jobs.size(); index++) {
      int place = index;
      models.engine().submit(spec(jobs.get(index)), event -> noted.take(place, event));
    }
    while (!noted.done.await(1, TimeUnit.SECONDS)) {
      models
          .engine()
          .failure()
          .ifPresent(
              failure -> {
                throw new IllegalStateException("the engine failed: " + failure, failure);
              });
    }
    return noted.round(jobs, model);
  }

  private RunSpec spec(Job job) {
    return new RunSpec(
        model.model().name(),
        job.plan(),
        job.settings(),
        CounterRandom.of(job.settings().seed(), 1),
        1,
        0,
        Long.MAX_VALUE,
        0,
        RunProgress.start(job.plan()));
  }

  /**
   * What the engine told.
   *
   * <p>Threading: written by the engine's thread, read once all is done.
   */
  private static final class Noted {
    private final CountDownLatch done;
    private final long[] finishedNanos;
    private final RunProgress[] results;
    private final Passes passes = new Passes();

    Noted(int runs) {
      done = new CountDownLatch(runs);
      finishedNanos = new long[runs];
      results = new RunProgress[runs];
    }

    void take(int place, RunEvent event) {
      if (event instanceof RunEvent.StepDone step) {
        passes.add(step.report());
      } else if (event instanceof RunEvent.Finished finished) {
        finishedNanos[place] = System.nanoTime();
        results[place] = finished.progress();
        done.countDown();
      } else if (event instanceof RunEvent.Failed failed) {
        throw failed.exception(); // stops the engine, which is noticed
      }
    }

    Round round(List<Job> jobs, LoadedModel model) {
      Map<Integer, String> texts = new HashMap<>();
      for (int place = 0; place < results.length; place++) {
        Job job = jobs.get(place);
        texts.put(
            job.number(), model.model().read(job.plan(), job.settings(), results[place]).text());
      }
      return new Round(finishedNanos, texts, passes);
    }
  }
}
