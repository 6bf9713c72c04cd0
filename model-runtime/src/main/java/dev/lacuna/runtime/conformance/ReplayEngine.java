package dev.lacuna.runtime.conformance;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.engine.DenoisingEngine;
import dev.lacuna.runtime.engine.EngineModel;
import dev.lacuna.runtime.engine.EngineOptions;
import dev.lacuna.runtime.engine.ForwardPass;
import dev.lacuna.runtime.engine.GenerationEngine.RunHandle;
import dev.lacuna.runtime.engine.RunEvent;
import dev.lacuna.runtime.engine.RunProgress;
import dev.lacuna.runtime.engine.RunSpec;
import dev.lacuna.runtime.engine.StepReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes one replay through the serving engine, with or without others beside it. Every replay has
 * an engine of its own, so that one that stops its engine fails alone.
 */
final class ReplayEngine {

  /** Number of the run that is watched. */
  static final int WATCHED = 1;

  /** How often a wait looks whether the engine has died. */
  private static final long CHECK_MILLIS = 50;

  private ReplayEngine() {}

  /**
   * What the engine did.
   *
   * @param steps its reports, in order
   * @param proposals for each step what the model proposed, by position of the plan's canvas
   */
  record Observed(
      List<StepReport> steps, List<Map<Integer, RecordingForwardPass.Proposal>> proposals) {}

  /**
   * Runs a replay to its end.
   *
   * @param facts of the model, with the replay's timesteps
   * @param beside runs that share its batches
   * @throws IllegalStateException if the engine fails
   */
  static Observed run(Replay replay, ModelFacts facts, ForwardPass pass, List<RunSpec> beside)
      throws InterruptedException {
    RecordingForwardPass recording = new RecordingForwardPass(pass, WATCHED);
    List<StepReport> steps = new ArrayList<>();
    EngineOptions options = EngineOptions.DEFAULT.withSlots(2 * (beside.size() + 1));
    DenoisingEngine engine =
        new DenoisingEngine(List.of(new EngineModel(facts, recording)), options);
    try {
      // A run that never ends would keep its case from ever failing.
      int stepsMax = 4 * replay.steps().size() + 16;
      CountDownLatch over = new CountDownLatch(1);
      AtomicBoolean held = new AtomicBoolean();
      engine.submit(spec(facts, replay), event -> observe(event, steps, stepsMax, over));
      for (RunSpec other : beside) {
        engine.submit(other, event -> {});
      }
      await(engine, over);
    } finally {
      engine.close();
    }
    return new Observed(
        steps, steps.stream().map(step -> recording.proposals(step.batchSequence())).toList());
  }

  private static void observe(
      RunEvent event, List<StepReport> steps, int stepsMax, CountDownLatch over) {
    if (event instanceof RunEvent.StepDone done) {
      steps.add(done.report());
    }
    if (!(event instanceof RunEvent.StepDone) || steps.size() >= stepsMax) {
      over.countDown();
    }
  }

  private static void await(DenoisingEngine engine, CountDownLatch over)
      throws InterruptedException {
    while (!over.await(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
      Throwable failure = engine.failure().orElse(null);
      if (failure != null) {
        throw new IllegalStateException("the engine failed: " + failure, failure);
      }
    }
  }

  /** A replay as a run of the engine. */
  static RunSpec spec(ModelFacts facts, Replay replay) {
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
