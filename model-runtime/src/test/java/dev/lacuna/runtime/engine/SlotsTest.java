package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Rows that take two slots, and steps that take none. */
class SlotsTest {

  private final HashForwardPass forward = new HashForwardPass(Runs.FACTS.tokens());
  private long arrivals;

  private BatchScheduler scheduler(int slots) {
    AtomicLong nanos = new AtomicLong();
    EngineClock clock =
        new EngineClock(EngineClock.SYSTEM.instants(), () -> nanos.getAndAdd(1_000_000));
    return new BatchScheduler(
        List.of(new EngineModel(Runs.FACTS, forward, StepCost.FLAT)),
        Runs.TOGETHER.withSlots(slots),
        clock);
  }

  private Recorder submit(BatchScheduler scheduler, RunSpec spec) {
    Recorder recorder = new Recorder();
    scheduler.submit(new Row(Runs.inOrder(spec, ++arrivals), Runs.FACTS, recorder, arrivals));
    return recorder;
  }

  private static void finish(BatchScheduler scheduler) {
    while (scheduler.hasWork()) {
      scheduler.step();
    }
  }

  private static RunSpec spec(int masks, int steps, CountSchedule counts, float guidance) {
    DocumentPlan plan = Runs.plan(masks);
    SamplingSettings settings =
        new SamplingSettings(
            steps,
            UnmaskingOrder.CONFIDENCE,
            new RevealRule.Scheduled(counts),
            1f,
            1f,
            0,
            guidance,
            0,
            1f,
            List.of(),
            masks);
    return Runs.spec(plan, settings);
  }

  private static RunSpec guided(int masks) {
    return spec(masks, masks, CountSchedule.EVEN, 1.5f);
  }

  private static RunSpec plain(int masks) {
    return spec(masks, masks, CountSchedule.EVEN, 0f);
  }

  @Test
  void shouldMaskThePromptOfAGuidedRowsSecondCanvas() {
    BatchScheduler scheduler = scheduler(4);
    submit(scheduler, guided(2));
    scheduler.step();
    HashForwardPass.Call call = forward.calls.get(0);
    assertThat(call.rows()).isEqualTo(2);
    assertThat(call.canvases().get(0)).containsExactly(7, TestFacts.MASK, TestFacts.MASK);
    assertThat(call.canvases().get(1)).containsOnly(TestFacts.MASK);
    finish(scheduler);
    long filled = forward.calls.get(1).canvases().get(0)[1];
    assertThat(forward.calls.get(1).canvases().get(1))
        .as("what the pass filled stays")
        .contains(filled == TestFacts.MASK ? forward.calls.get(1).canvases().get(0)[2] : filled);
  }

  @Test
  void shouldLetAGuidedRowWaitForTwoSlotsWithoutBeingOvertaken() {
    BatchScheduler scheduler = scheduler(2);
    Recorder first = submit(scheduler, plain(1));
    Recorder long1 = submit(scheduler, plain(3));
    Recorder guided = submit(scheduler, guided(2));
    Recorder later = submit(scheduler, plain(1));
    finish(scheduler);
    assertThat(first.sequences()).containsExactly(1L);
    assertThat(long1.sequences()).containsExactly(1L, 2L, 3L);
    assertThat(guided.sequences()).containsExactly(4L, 5L);
    assertThat(later.sequences()).containsExactly(6L);
  }

  @Test
  void shouldRunAGuidedRowAloneWhenThereIsOneSlot() {
    BatchScheduler scheduler = scheduler(1);
    Recorder guided = submit(scheduler, guided(2));
    Recorder plain = submit(scheduler, plain(1));
    finish(scheduler);
    assertThat(guided.sequences()).containsExactly(1L, 2L);
    assertThat(guided.steps()).extracting(StepReport::batchRows).containsOnly(2);
    assertThat(plain.sequences()).containsExactly(3L);
  }

  @Test
  void shouldChargeAGuidedRowForTwoRows() {
    BatchScheduler scheduler = scheduler(3);
    Recorder guided = submit(scheduler, guided(1));
    Recorder plain = submit(scheduler, plain(1));
    scheduler.step();
    StepReport two = guided.steps().get(0);
    StepReport one = plain.steps().get(0);
    assertThat(two.batchRows()).isEqualTo(3).isEqualTo(one.batchRows());
    assertThat(two.shareMicros()).isEqualTo(two.deviceMicros() * 2 / 3);
    assertThat(one.shareMicros()).isEqualTo(one.deviceMicros() / 3);
  }

  @Test
  void shouldRunNoForwardPassWhenNoStepOfTheBatchNeedsOne() {
    BatchScheduler scheduler = scheduler(2);
    Recorder recorder = submit(scheduler, spec(3, 30, CountSchedule.LINEAR, 0f));
    finish(scheduler);
    assertThat(recorder.steps()).hasSize(30);
    List<StepReport> idle =
        recorder.steps().stream().filter(r -> r.maskedBefore() == r.maskedAfter()).toList();
    assertThat(idle).isNotEmpty();
    assertThat(forward.calls).hasSize(30 - idle.size());
    assertThat(idle).extracting(StepReport::shareMicros).containsOnly(0L);
    assertThat(idle).extracting(StepReport::meanConfidence).containsOnly(Float.NaN);
  }

  @Test
  void shouldLeaveIdleRowsOutOfTheForwardPassOfOthers() {
    BatchScheduler scheduler = scheduler(2);
    submit(scheduler, spec(3, 30, CountSchedule.LINEAR, 0f));
    Recorder busy = submit(scheduler, plain(20));
    finish(scheduler);
    assertThat(forward.calls.get(0).rows()).isEqualTo(1);
    StepReport first = busy.steps().get(0);
    assertThat(first.batchRows()).isEqualTo(2);
    assertThat(first.shareMicros()).isEqualTo(first.deviceMicros());
  }

  @Test
  void shouldEndWithinTheBoundWhenTheModelIsNeverSure() {
    RunSpec spec = plain(20);
    SamplingSettings settings =
        new SamplingSettings(
            6,
            UnmaskingOrder.CONFIDENCE,
            new RevealRule.Threshold(1f),
            1f,
            1f,
            0,
            0f,
            8,
            1f,
            List.of(),
            5);
    BatchScheduler scheduler = scheduler(1);
    Recorder recorder = submit(scheduler, Runs.spec(spec.plan(), settings));
    finish(scheduler);
    assertThat(recorder.steps()).hasSize(6);
    assertThat(recorder.steps()).extracting(StepReport::steps).containsOnly(6);
    assertThat(recorder.finished().masked()).isZero();
  }
}
