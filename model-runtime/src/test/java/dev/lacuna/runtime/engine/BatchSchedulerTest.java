package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchSchedulerTest {

  private final HashForwardPass forward = new HashForwardPass(Runs.FACTS.tokens());
  private long arrivals;

  private BatchScheduler scheduler(int slots) {
    return scheduler(slots, EngineClock.SYSTEM);
  }

  private BatchScheduler scheduler(int slots, EngineClock clock) {
    return new BatchScheduler(
        List.of(new EngineModel(Runs.FACTS, forward)), Runs.TOGETHER.withSlots(slots), clock);
  }

  private Row row(RunSpec spec, Recorder recorder) {
    return new Row(Runs.inOrder(spec, ++arrivals), Runs.FACTS, recorder, arrivals);
  }

  private Recorder submit(BatchScheduler scheduler, RunSpec spec) {
    Recorder recorder = new Recorder();
    scheduler.submit(row(spec, recorder));
    return recorder;
  }

  private static void finish(BatchScheduler scheduler) {
    while (scheduler.hasWork()) {
      scheduler.step();
    }
  }

  private Recorder alone(RunSpec spec) {
    BatchScheduler scheduler = scheduler(1);
    Recorder recorder = submit(scheduler, spec);
    finish(scheduler);
    return recorder;
  }

  @ParameterizedTest
  @EnumSource(UnmaskingOrder.class)
  void shouldProposeOnlyWhatItNeeds(UnmaskingOrder order) {
    alone(Runs.spec(Runs.plan(10), Runs.settings(4, order, 3)));
    boolean random = order == UnmaskingOrder.RANDOM;
    assertThat(forward.calls.stream().map(HashForwardPass.Call::positions))
        .isEqualTo(random ? List.of(3, 3, 2, 2) : List.of(10, 7, 4, 2));
  }

  @Test
  void shouldRefillASlotBeforeTheNextStepWhenARowFinishes() {
    BatchScheduler scheduler = scheduler(2);
    Recorder first = submit(scheduler, Runs.spec(1));
    Recorder second = submit(scheduler, Runs.spec(3));
    Recorder third = submit(scheduler, Runs.spec(2));
    finish(scheduler);
    assertThat(first.sequences()).containsExactly(1L);
    assertThat(second.sequences()).containsExactly(1L, 2L, 3L);
    assertThat(third.sequences()).containsExactly(2L, 3L);
    assertThat(forward.calls).extracting(HashForwardPass.Call::rows).containsExactly(2, 2, 2);
    assertThat(second.steps()).extracting(StepReport::batchSlots).containsOnly(2);
  }

  @Test
  void shouldTakeOlderRunsToTheirEndWhenSharingAForwardPassGainsNothing() {
    BatchScheduler scheduler = scheduler(4);
    Recorder small = submit(scheduler, Runs.spec(4));
    Recorder large =
        submit(
            scheduler, Runs.spec(Runs.plan(100), Runs.settings(4, UnmaskingOrder.CONFIDENCE, 1)));
    finish(scheduler);
    assertThat(small.sequences()).containsExactly(1L, 2L, 3L, 4L);
    assertThat(large.sequences()).containsExactly(5L, 6L, 7L, 8L);
    assertThat(forward.calls)
        .extracting(HashForwardPass.Call::length)
        .containsExactly(8, 8, 8, 8, 104, 104, 104, 104);
  }

  @Test
  void shouldKeepModelsApart() {
    ModelFacts other = TestFacts.named("other", 100, 300);
    HashForwardPass otherForward = new HashForwardPass(300);
    BatchScheduler scheduler =
        new BatchScheduler(
            List.of(new EngineModel(Runs.FACTS, forward), new EngineModel(other, otherForward)),
            EngineOptions.DEFAULT,
            EngineClock.SYSTEM);
    RunSpec spec = Runs.spec(2);
    RunSpec otherSpec =
        new RunSpec(
            "other",
            spec.plan(),
            spec.settings(),
            spec.random(),
            spec.sample(),
            0,
            Long.MAX_VALUE,
            0,
            spec.from());
    submit(scheduler, spec);
    Recorder recorder = new Recorder();
    scheduler.submit(new Row(otherSpec, other, recorder, ++arrivals));
    finish(scheduler);
    assertThat(forward.calls).hasSize(2);
    assertThat(otherForward.calls).hasSize(2);
    assertThat(Arrays.stream(recorder.finished().maskTokens()).boxed())
        .allMatch(token -> token < 300);
  }

  @Test
  void shouldOrderWaitingRunsByPriorityThenDeadlineThenAge() {
    BatchScheduler scheduler = scheduler(1);
    Recorder late = submit(scheduler, Runs.ranked(Runs.spec(1), 0, 900, 5));
    Recorder young = submit(scheduler, Runs.ranked(Runs.spec(1), 0, 100, 9));
    Recorder old = submit(scheduler, Runs.ranked(Runs.spec(1), 0, 100, 3));
    Recorder urgent = submit(scheduler, Runs.ranked(Runs.spec(1), 7, Long.MAX_VALUE, 10));
    finish(scheduler);
    assertThat(List.of(urgent, old, young, late))
        .extracting(recorder -> recorder.sequences().get(0))
        .containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void shouldNotStarveARunOfLowPriorityWhenUrgentOnesKeepComing() {
    BatchScheduler scheduler = scheduler(1);
    Recorder low = submit(scheduler, Runs.ranked(Runs.spec(1), -100, Long.MAX_VALUE, 1));
    for (int i = 0; i < 50; i++) {
      submit(scheduler, Runs.ranked(Runs.spec(1), 100, 0, 100 + i));
      submit(scheduler, Runs.ranked(Runs.spec(1), 100, 0, 100 + i));
      scheduler.step();
    }
    assertThat(low.sequences()).containsExactly(8L);
  }

  @Test
  void shouldGiveACancelledRowsSlotAway() {
    BatchScheduler scheduler = scheduler(1);
    Recorder running = new Recorder();
    Row row = row(Runs.spec(5), running);
    scheduler.submit(row);
    Recorder next = submit(scheduler, Runs.spec(1));
    scheduler.step();
    scheduler.step();
    scheduler.cancel(row);
    assertThat(running.cancelledAfter()).isEqualTo(2);
    scheduler.step();
    assertThat(next.sequences()).containsExactly(3L);
    scheduler.cancel(row);
    assertThat(running.events).hasSize(3);
  }

  @Test
  void shouldCancelAWaitingRunWithoutAStep() {
    BatchScheduler scheduler = scheduler(1);
    submit(scheduler, Runs.spec(2));
    Recorder waiting = new Recorder();
    Row row = row(Runs.spec(3), waiting);
    scheduler.submit(row);
    scheduler.step();
    scheduler.cancel(row);
    assertThat(waiting.cancelledAfter()).isZero();
    finish(scheduler);
    assertThat(waiting.events).hasSize(1);
  }

  @Test
  void shouldFinishAtOnceWhenNoMaskIsLeft() {
    RunSpec spec = Runs.spec(3);
    RunProgress finished = alone(spec).finished();
    forward.calls.clear();
    Recorder again = alone(Runs.from(spec, finished));
    assertThat(again.events).containsExactly(new RunEvent.Finished(finished));
    assertThat(forward.calls).isEmpty();
  }

  @Test
  void shouldUnmaskTheEndLastInConfidenceOrder() {
    HashForwardPass alwaysEnds =
        new HashForwardPass(500) {
          @Override
          public void run(StepBatch batch) {
            super.run(batch);
            for (int i = 0; i < batch.positions; i++) {
              boolean end = batch.endAllowed[i] && batch.flatPositions[i] % 2 == 0;
              batch.proposals[i] = end ? TestFacts.END : 9;
              batch.confidences[i] = end ? 1f : 0.5f;
              batch.certainties[i] = batch.confidences[i];
            }
          }
        };
    int[] tokens = new int[10];
    Arrays.fill(tokens, TestFacts.MASK);
    var blank = new DocumentPlan.BlankSpan(0, 10, 0, true, false);
    DocumentPlan plan =
        DocumentPlan.onOneCanvas(new Document(List.of()), tokens, List.of(blank), 0);
    BatchScheduler scheduler =
        new BatchScheduler(
            List.of(new EngineModel(Runs.FACTS, alwaysEnds)),
            EngineOptions.DEFAULT,
            EngineClock.SYSTEM);
    Recorder recorder =
        submit(scheduler, Runs.spec(plan, Runs.settings(2, UnmaskingOrder.CONFIDENCE, 1)));
    scheduler.step();
    assertThat(recorder.steps().get(0).progress().maskTokens())
        .containsExactly(-1, 9, -1, 9, -1, 9, -1, 9, -1, 9);
    scheduler.step();
    assertThat(recorder.finished().maskTokens()[0]).isEqualTo(TestFacts.END);
  }

  @Test
  void shouldReportTheTimesOfEachStep() {
    AtomicLong nanos = new AtomicLong();
    EngineClock clock =
        new EngineClock(
            () -> Instant.parse("2026-01-02T03:04:05.123456789Z"),
            () -> nanos.getAndAdd(1_000_000));
    BatchScheduler scheduler = scheduler(4, clock);
    Recorder recorder = submit(scheduler, Runs.spec(3));
    submit(scheduler, Runs.spec(2));
    scheduler.step();
    StepReport report = recorder.steps().get(0);
    // The clock moves 1 ms with each look: before the step, around the forward pass, at the end.
    assertThat(report.deviceMicros()).isEqualTo(1_000);
    assertThat(report.hostMicros()).isEqualTo(2_000);
    assertThat(report.shareMicros()).isEqualTo(500);
    assertThat(report.startedAtMicros()).isEqualTo(1_767_323_045_123_456L);
    assertThat(report.device()).isEqualTo("fake:0");
    assertThat(report.batchRows()).isEqualTo(2);
    assertThat(report.canvasLength()).isEqualTo(4);
    assertThat((double) report.meanConfidence())
        .isEqualTo(report.progress().confidences()[firstUnmasked(report)]);
  }

  private static int firstUnmasked(StepReport report) {
    int mask = 0;
    while (report.progress().maskTokens()[mask] == RunProgress.MASKED) {
      mask++;
    }
    return mask;
  }

  @Test
  void shouldShowWhatRunsAndWhatWaits() {
    BatchScheduler scheduler = scheduler(1);
    submit(scheduler, Runs.spec(3));
    submit(scheduler, Runs.spec(2));
    scheduler.step();
    EngineSnapshot snapshot = scheduler.snapshot();
    assertThat(snapshot.forwardPasses()).isEqualTo(1);
    assertThat(snapshot.waitingRuns()).isEqualTo(1);
    assertThat(snapshot.runningRows()).isEqualTo(1);
    assertThat(snapshot.batches().get(0).rows())
        .containsExactly(new EngineSnapshot.RowState(1, 3, 4, 2));
    finish(scheduler);
    assertThat(scheduler.snapshot().batches()).isEmpty();
  }

  @Test
  void shouldRefuseProgressOfAnotherPlan() {
    RunSpec spec = Runs.from(Runs.spec(3), RunProgress.start(Runs.plan(4)));
    assertThatThrownBy(() -> row(spec, new Recorder()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> row(Runs.spec(256), new Recorder())).hasMessageContaining("256");
  }
}
