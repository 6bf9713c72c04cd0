package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.OutOfDeviceMemory;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a step that fails ends, and what goes on. */
class FailingStepsTest {

  private final FaultyForwardPass forward = new FaultyForwardPass();
  private final BatchScheduler scheduler =
      new BatchScheduler(
          List.of(new EngineModel(Runs.FACTS, forward, StepCost.FLAT)),
          EngineOptions.together(8),
          EngineClock.SYSTEM);
  private final List<Recorder> runs = new ArrayList<>();

  /** A run of four steps over 15 masks: a canvas of 16 tokens. */
  private Recorder submit(int firstToken) {
    DocumentPlan plan = Runs.plan(15);
    plan.tokens()[0] = firstToken;
    return submit(Runs.spec(plan, Runs.settings(4, UnmaskingOrder.CONFIDENCE, runs.size())));
  }

  private Recorder submit(RunSpec spec) {
    Recorder recorder = new Recorder();
    runs.add(recorder);
    scheduler.submit(new Row(spec, Runs.FACTS, recorder, runs.size()));
    return recorder;
  }

  private void finish() {
    while (scheduler.hasWork()) {
      scheduler.step();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "450, MODEL_ERROR, document",
    "451, NUMERIC, model",
    "452, NUMERIC, model",
    "453, NUMERIC, model"
  })
  void shouldFailOneRunAndFinishTheOthersWhenItAloneIsAtFault(
      int firstToken, String code, String field) {
    submit(FaultyForwardPass.HARMLESS);
    Recorder faulty = submit(firstToken);
    submit(FaultyForwardPass.HARMLESS);
    finish();
    assertThat(faulty.failed().code()).isEqualTo(code);
    assertThat(faulty.failed().field()).isEqualTo(field);
    assertThat(faulty.failed().message()).contains("'m'", "step 1 of pass 1 of sample 1");
    assertThat(faulty.failed().message()).doesNotContain("/home");
    assertThat(faulty.steps()).isEmpty();
    assertThat(runs.get(0).steps()).extracting(StepReport::step).containsExactly(1, 2, 3, 4);
    assertThat(runs.get(2).steps()).extracting(StepReport::step).containsExactly(1, 2, 3, 4);
    runs.get(0).finished();
    runs.get(2).finished();
    assertThat(scheduler.snapshot().troubles().failedRuns()).isEqualTo(1);
    assertThat(scheduler.snapshot().backlogMicros()).isZero();
  }

  @Test
  void shouldFailNobodyWhenAFaultDoesNotComeAgain() {
    submit(FaultyForwardPass.HARMLESS);
    submit(FaultyForwardPass.HARMLESS);
    forward.transientAt = call -> call == 2;
    finish();
    for (Recorder run : runs) {
      run.finished();
      assertThat(run.steps()).extracting(StepReport::step).containsExactly(1, 2, 3, 4);
    }
    assertThat(runs.get(0).sequences()).containsExactly(1L, 2L, 4L, 5L);
    assertThat(runs.get(1).sequences()).containsExactly(1L, 3L, 4L, 5L);
    assertThat(runs.get(0).steps()).extracting(StepReport::batchRows).containsExactly(2, 1, 2, 2);
  }

  @Test
  void shouldStopAndFailNobodyWhenTheDeviceIsLostWhileRunsAreTriedAlone() {
    submit(FaultyForwardPass.POISON);
    submit(FaultyForwardPass.HARMLESS);
    // In company, all masks, the first alone; then nothing works any more.
    forward.lostAt = call -> call >= 4;
    assertThatThrownBy(scheduler::step).hasMessageContaining("poison");
    assertThat(runs).allSatisfy(run -> assertThat(run.events).isEmpty());
  }

  @Test
  void shouldDoAStepInPartsAndKeepToThemWhenMemoryRunsOut() {
    forward.memoryCells = 3 * 16;
    for (int i = 0; i < 8; i++) {
      submit(FaultyForwardPass.HARMLESS);
    }
    scheduler.step();
    assertThat(runs).allSatisfy(run -> assertThat(run.steps()).hasSize(1));
    // 8 rows, then 4 were too many; 2 fit. Not in the list: what ran out, before it was noted.
    assertThat(served()).containsExactly(2, 2, 2, 2);
    assertThat(scheduler.snapshot().troubles().outOfMemory()).isEqualTo(2);
    assertThat(scheduler.snapshot().troubles().cellLimits()).containsEntry("m", 32);
    int before = forward.called;
    finish();
    assertThat(served()).containsOnly(2);
    assertThat(forward.called - before).as("none ran out").isEqualTo(8 * 3 / 2);
    runs.forEach(Recorder::finished);
  }

  /** Rows of the forward passes, without those of the canvas of nothing but masks. */
  private List<Integer> served() {
    return forward.calls.stream()
        .filter(call -> call.length() != 32)
        .map(HashForwardPass.Call::rows)
        .toList();
  }

  @Test
  void shouldTryMoreAgainWhenManyForwardPassesWentWell() {
    forward.memoryCells = 3 * 16;
    for (int i = 0; i < 4; i++) {
      submit(FaultyForwardPass.HARMLESS);
    }
    finish();
    forward.memoryCells = Integer.MAX_VALUE;
    forward.calls.clear();
    for (int i = 0; i < 1200; i++) {
      submit(FaultyForwardPass.HARMLESS);
    }
    finish();
    assertThat(served().subList(0, 490)).containsOnly(2);
    assertThat(served()).as("a half more, then all that ran out, then no limit").contains(3, 4, 8);
    assertThat(scheduler.snapshot().troubles().cellLimits()).isEmpty();
    runs.forEach(Recorder::finished);
  }

  @Test
  void shouldFailARunWhenItAloneIsTooMuchForTheMemory() {
    forward.memoryCells = 32;
    Recorder large = submit(Runs.spec(100));
    submit(FaultyForwardPass.HARMLESS);
    finish();
    assertThat(large.failed().code()).isEqualTo("OUT_OF_MEMORY");
    assertThat(large.failed().field()).isEqualTo("document");
    assertThat(large.failed().message()).contains("101 tokens");
    runs.get(1).finished();
  }

  @Test
  void shouldStopWhenARunDoesNotFitThatHasFittedBefore() {
    submit(Runs.spec(100));
    scheduler.step();
    forward.memoryCells = 32; // somebody else has taken the memory
    assertThatThrownBy(scheduler::step).isInstanceOf(OutOfDeviceMemory.class);
    assertThat(runs.get(0).steps()).hasSize(1);
    assertThat(runs.get(0).events).hasSize(1);
  }
}
