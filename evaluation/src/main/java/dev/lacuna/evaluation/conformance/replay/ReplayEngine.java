package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes one replay through the serving engine, with or without others beside it. Every replay has
 * an engine of its own, so that one that stops its engine fails alone.
 *
 * <p>Threading: owned by the thread that runs the cases; its observer is called by the engine's,
 * and what it wrote is read once that thread has ended.
 */
public final class ReplayEngine {

  /** Number of the run that is watched; any other run has another. */
  public static final int WATCHED = 1;

  /** How often a wait looks whether the engine has died. */
  private static final long CHECK_MILLIS = 50;

  private final ModelFacts facts;
  private final RecordingForwardPass pass;
  private final List<Step> steps = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final int stepsMax;

  /**
   * What one step of the watched run did.
   *
   * @param report the engine's
   * @param proposals what the model proposed, by position of the plan's canvas
   */
  public record Step(StepReport report, Map<Integer, RecordingForwardPass.Proposal> proposals) {}

  private ReplayEngine(ModelFacts facts, ForwardPass model, int stepsExpected) {
    this.facts = facts;
    this.pass = new RecordingForwardPass(model, WATCHED);
    this.stepsMax = 4 * stepsExpected + 16;
  }

  /**
   * Runs a replay to its end.
   *
   * @param facts of the model, with the replay's timesteps
   * @param beside runs that share its batches
   * @throws IllegalStateException if the engine fails
   */
  public static List<Step> run(
      Replay replay, ModelFacts facts, ForwardPass model, List<RunSpec> beside)
      throws InterruptedException {
    return new ReplayEngine(facts, model, replay.steps().size()).run(replay, beside);
  }

  private List<Step> run(Replay replay, List<RunSpec> beside) throws InterruptedException {
    int slots = 2 * (beside.size() + 1); // two for each, in case it is guided
    EngineOptions options = EngineOptions.together(slots);
    try (DenoisingEngine engine =
        new DenoisingEngine(List.of(new EngineModel(facts, pass, StepCost.FLAT)), options)) {
      for (RunSpec other : beside) {
        again(engine, other);
      }
      engine.submit(spec(facts, replay), this::observe);
      while (!over.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
        Throwable failure = engine.failure().orElse(null);
        if (failure != null) {
          throw new IllegalStateException("the engine failed: " + failure, failure);
        }
      }
    }
    return steps;
  }

  /** Runs it, and once more whenever it has ended, so that no step is without it. */
  private void again(DenoisingEngine engine, RunSpec other) {
    engine.submit(
        other,
        event -> {
          stopIfFailed(event);
          if (event instanceof RunEvent.Finished && over.getCount() > 0) {
            again(engine, other);
          }
        });
  }

  /** A run that never ends would keep its case from ever failing. */
  private void observe(RunEvent event) {
    stopIfFailed(event);
    if (event instanceof RunEvent.StepDone done) {
      steps.add(new Step(done.report(), pass.take()));
    }
    if (!(event instanceof RunEvent.StepDone) || steps.size() >= stepsMax) {
      over.countDown();
    }
  }

  /** An exception stops the engine, which is noticed. */
  private static void stopIfFailed(RunEvent event) {
    if (event instanceof RunEvent.Failed failed) {
      throw failed.exception();
    }
  }

  /** A replay as a run of the engine. */
  private static RunSpec spec(ModelFacts facts, Replay replay) {
    return new RunSpec(
        facts.name(),
        replay.plan(),
        replay.settings(),
        replay.random(),
        1,
        0,
        Long.MAX_VALUE,
        0,
        RunProgress.start(replay.plan()));
  }
}
