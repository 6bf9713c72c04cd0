package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.schedule.RunCost;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.List;
import java.util.concurrent.Semaphore;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run costs is known before it is submitted. */
@Timeout(60)
class EstimateTest {

  /** 100 microseconds, and one more for each token of a batch. */
  private static final StepCost COST = (rows, length, positions) -> 100 + rows * length;

  private static double alone(RunSpec spec) {
    return RunCost.aloneMicros(spec, Runs.FACTS, COST);
  }

  private static RunSpec with(RevealRule rule, float guidance, int block) {
    SamplingSettings settings =
        new SamplingSettings(
            5, UnmaskingOrder.CONFIDENCE, rule, 1f, 1f, 0, guidance, block, 1f, List.of(), 3);
    return Runs.spec(Runs.plan(10), settings);
  }

  @Test
  void shouldCountAllStepsLeftOfAllPasses() {
    RevealRule even = new RevealRule.Scheduled(CountSchedule.EVEN);
    assertThat(alone(with(even, 0, 0))).isEqualTo(5 * (100 + 16));
    assertThat(alone(with(even, 1.5f, 0))).isEqualTo(5 * (100 + 2 * 16));
    DocumentPlan twoPasses = Runs.inPasses(Runs.plan(10), 2);
    RunSpec spec = Runs.spec(twoPasses, Runs.settings(3, UnmaskingOrder.RANDOM, 1));
    assertThat(alone(spec)).isEqualTo(3 * (100 + 8) + 3 * (100 + 16));
    RunProgress middle =
        new RunProgress(1, 2, 2, new int[] {5, 5, 5, 5, -1, -1, -1, -1, -1, -1}, new float[10]);
    assertThat(alone(Runs.from(spec, middle))).isEqualTo(100 + 8 + 3 * (100 + 16));
  }

  @Test
  void shouldCountTheFewestStepsWhereTheModelsSurenessDecides() {
    assertThat(alone(with(new RevealRule.Threshold(0.9f), 0, 0))).isEqualTo(100 + 16);
    assertThat(alone(with(new RevealRule.Factor(1f), 0, 4))).isEqualTo(3 * (100 + 16));
  }

  @Provide
  Arbitrary<RunSpec> runs() {
    return Runs.any();
  }

  @Property(tries = 300)
  void shouldNotBeMoreThanTheRunTakesUnlessItsTextEndsEarly(@ForAll("runs") RunSpec spec) {
    if (spec.plan().blanks().stream().anyMatch(DocumentPlan.BlankSpan::endAllowed)) {
      return;
    }
    double[] took = {0};
    ForwardPass counted =
        new HashForwardPass(Runs.FACTS.tokens()) {
          @Override
          public void run(StepBatch batch) {
            took[0] += 100 + batch.rows * batch.length;
            super.run(batch);
          }
        };
    BatchScheduler scheduler =
        new BatchScheduler(
            List.of(new EngineModel(Runs.FACTS, counted, COST)),
            EngineOptions.DEFAULT,
            EngineClock.SYSTEM);
    scheduler.submit(new Row(spec, Runs.FACTS, event -> {}, 1));
    while (scheduler.hasWork()) {
      scheduler.step();
    }
    if (!byChance(spec)) {
      assertThat(alone(spec)).isLessThanOrEqualTo(took[0]);
    }
  }

  /** A schedule by which chance may unmask all at once. */
  private static boolean byChance(RunSpec spec) {
    return spec.settings().rule() instanceof RevealRule.Scheduled scheduled
        && scheduled.schedule() != CountSchedule.EVEN;
  }

  @Test
  void shouldAddWhatTheEngineHasToDoAlready() {
    Semaphore permits = new Semaphore(0);
    Semaphore entered = new Semaphore(0);
    ForwardPass gate =
        new HashForwardPass(Runs.FACTS.tokens()) {
          @Override
          public void run(StepBatch batch) {
            entered.release();
            permits.acquireUninterruptibly();
            super.run(batch);
          }
        };
    RunSpec spec = Runs.spec(3);
    try (DenoisingEngine engine =
        new DenoisingEngine(
            List.of(new EngineModel(Runs.FACTS, gate, COST)), EngineOptions.DEFAULT.withSlots(1))) {
      assertThat(engine.estimate(spec)).contains(new GenerationEngine.Estimate(3 * (100 + 8), 0));
      engine.submit(spec, event -> {});
      entered.acquireUninterruptibly();
      assertThat(engine.estimate(spec))
          .contains(new GenerationEngine.Estimate(3 * (100 + 8), 3 * (100 + 8)));
      permits.release(10);
    }
  }

  @Test
  void shouldSayNothingWhereForwardPassesWereNotMeasured() {
    RunSpec spec = Runs.spec(3);
    try (DenoisingEngine engine =
        new DenoisingEngine(
            List.of(new EngineModel(Runs.FACTS, new HashForwardPass(500))),
            EngineOptions.DEFAULT)) {
      assertThat(engine.estimate(spec)).isEmpty();
      RunSpec unknown =
          new RunSpec("?", spec.plan(), spec.settings(), spec.random(), 1, 0, 0, 0, spec.from());
      assertThatThrownBy(() -> engine.estimate(unknown)).hasMessageContaining("no model '?'");
    }
  }
}
