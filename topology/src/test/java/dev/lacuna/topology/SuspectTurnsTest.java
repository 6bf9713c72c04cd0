package dev.lacuna.topology;

import static dev.lacuna.topology.fakes.Crashes.carefulProcess;
import static dev.lacuna.topology.fakes.Crashes.died;
import static dev.lacuna.topology.fakes.Crashes.process;
import static dev.lacuna.topology.fakes.Crashes.request;
import static dev.lacuna.topology.fakes.Crashes.seeds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose suspect runs alone, and what a clean stop leaves of it. */
final class SuspectTurnsTest {
  private static final Duration DRAIN = TestParts.DRAIN_INTERVAL;

  private final Committed committed = new Committed();

  private Progress progress(String id) {
    return ProgressCodec.decode(committed.value("progress", id));
  }

  @Test
  void shouldRunSuspectsOneByOneAndOthersBehindThem() {
    died(committed, request("r1", 1), request("r2", 2));
    TaskLife late = new TaskLife(process(), committed);
    late.submit(request("fresh", 3)); // stored, and waits for the suspects' turns
    late.commit();
    assertThat(committed.value("progress", "fresh")).isNull();

    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request("new", 4));
    owner.resume();
    // r1 had its attempt counted by the owner before: it goes behind
    assertThat(seeds(parts)).as("one alone, nobody else").containsExactly(2L);
    parts.engine.finish();
    owner.punctuate(DRAIN);
    owner.commit();
    owner.punctuate(DRAIN);
    assertThat(seeds(parts)).containsExactly(2L, 1L);
    assertThat(parts.engine.submitted()).allMatch(RunSpec::alone);
    parts.engine.finish();
    owner.punctuate(DRAIN);
    owner.commit();
    owner.punctuate(DRAIN);
    assertThat(seeds(parts)).containsExactly(2L, 1L, 3L, 4L);
    parts.engine.finish();
    owner.punctuate(DRAIN);
    owner.commit();
    assertThat(committed.completions)
        .hasSize(4)
        .allMatch(completion -> completion.getStatus() == CompletionStatus.COMPLETED);
    assertThat(committed.stored()).isZero();
    assertThat(parts.recovery.turn().taken()).isFalse();
  }

  @Test
  void shouldJoinTheOthersWhenItHasRunAloneForACheckpointsTime() {
    died(committed, request("r1", 1), request("r2", 2));
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    owner.resume();
    parts.engine.deviceMicros = TestParts.CHECKPOINT_INTERVAL.toNanos() / 2000; // half of it
    parts.engine.step();
    owner.punctuate(DRAIN);
    owner.commit();
    owner.punctuate(DRAIN);
    assertThat(parts.engine.alone()).isEqualTo(1);
    assertThat(parts.engine.open()).as("the next waits").isEqualTo(1);
    parts.engine.step();
    owner.punctuate(DRAIN);
    assertThat(parts.engine.alone()).as("let into company").isZero();
    owner.commit();
    owner.punctuate(DRAIN);
    assertThat(parts.engine.alone()).as("the next one's turn").isEqualTo(1);
    assertThat(parts.engine.open()).isEqualTo(2);
  }

  @Test
  void shouldRunAllItsUnfinishedSamplesAloneAndNoFinishedOne() {
    TestParts first = process();
    TaskLife owner = new TaskLife(first, committed);
    owner.submit(Requests.request("r1").setSamples(3).build());
    for (int step = 0; step < 4; step++) {
      first.engine.step(spec -> spec.sample() == 2);
    }
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    owner.commit();

    TestParts parts = process();
    TaskLife next = new TaskLife(parts, committed);
    next.resume();
    assertThat(parts.engine.submitted()).extracting(RunSpec::sample).containsExactly(1, 3);
    assertThat(parts.engine.submitted()).allMatch(RunSpec::alone);
    parts.engine.deviceMicros = TestParts.CHECKPOINT_INTERVAL.toNanos() / 1000;
    parts.engine.step();
    next.punctuate(DRAIN);
    assertThat(parts.engine.alone()).as("sample 3 has not run alone yet").isEqualTo(1);
    assertThat(parts.recovery.turn().taken()).isTrue();
    parts.engine.step();
    next.punctuate(DRAIN);
    assertThat(parts.engine.alone()).isZero();
    assertThat(parts.recovery.turn().taken()).isFalse();
    parts.engine.finish();
    next.punctuate(DRAIN);
    next.commit();
    assertThat(committed.completions.get(0).getSamples()).hasSize(3);
    assertThat(committed.timings).hasSize(12);
  }

  @Test
  void shouldTakeTurnsWhenTwoTasksOfAProcessHaveSuspects() {
    died(committed, request("a1", 1), request("a2", 2));
    Committed other = new Committed();
    died(other, request("b1", 3));

    TestParts parts = process();
    TestParts another = parts.ofAnotherThread();
    TaskLife a = new TaskLife(parts, committed);
    TaskLife b = new TaskLife(another, other);
    a.resume();
    b.resume();
    assertThat(seeds(parts)).containsExactly(1L);
    assertThat(ProgressCodec.decode(other.value("progress", "b1")).attempts()).isZero();
    parts.engine.finish();
    drainAndCommit(a, b);
    assertThat(seeds(parts)).as("b waited, a's second comes later").containsExactly(1L, 3L);
    assertThat(parts.engine.alone()).isEqualTo(1);
    parts.engine.finish();
    drainAndCommit(b, a);
    assertThat(seeds(parts)).containsExactly(1L, 3L, 2L);
  }

  @Test
  void shouldLeaveTheLineForTheTurnWhenTheLastSuspectIsAnsweredWhileItWaits() {
    died(committed, request("a1", 1));
    Committed other = new Committed();
    died(other, request("b1", 3));

    TestParts parts = process();
    TaskLife a = new TaskLife(parts, committed);
    TaskLife b = new TaskLife(parts.ofAnotherThread(), other);
    a.resume();
    b.resume();
    b.control(Requests.cancel("b1")); // while a1 has the turn
    parts.engine.finish();
    drainAndCommit(b, a);

    assertThat(other.completions).hasSize(1);
    assertThat(committed.completions).hasSize(1);
    assertThat(parts.recovery.turn().taken()).as("else nobody else would ever begin").isFalse();
  }

  @Test
  void shouldLeaveTheWaveToOthersWhenAllThatWaitedForItIsCancelledDuringATurn() {
    TestParts parts = carefulProcess(2);
    TaskLife a = new TaskLife(parts, committed);
    a.submit(request("a1", 1));
    a.submit(request("a2", 2));
    a.submit(request("a3", 3)); // two fill the wave
    Committed other = new Committed();
    died(other, request("b1", 4));
    TestParts another = parts.ofAnotherThread();
    TaskLife b = new TaskLife(another, other);
    b.resume();
    for (String id : List.of("a1", "a2", "a3")) {
      a.control(Requests.cancel(id));
    }
    a.punctuate(DRAIN);
    a.commit();
    assertThat(committed.completions).hasSize(3);
    parts.engine.finish(); // b1, alone
    b.punctuate(DRAIN);
    b.submit(request("b2", 5));
    b.submit(request("b3", 6));
    b.commit();
    b.punctuate(DRAIN);

    assertThat(seeds(parts)).as("a needs no part of it any more").containsExactly(4L, 5L, 6L);
  }

  private static void drainAndCommit(TaskLife... tasks) {
    for (int turn = 0; turn < 2; turn++) {
      for (TaskLife task : tasks) {
        task.punctuate(DRAIN);
        task.commit();
      }
    }
    for (TaskLife task : tasks) {
      task.punctuate(DRAIN);
    }
  }

  @Test
  void shouldGiveTheTurnBackWhenItsTaskIsClosedOrItsSuspectEndsOtherwise() {
    died(committed, request("r1", 1), request("r2", 2));
    TestParts parts = process();
    TaskLife closed = new TaskLife(parts, committed);
    closed.resume();
    closed.close();
    assertThat(parts.recovery.turn().taken()).isFalse();

    TaskLife owner = new TaskLife(parts, committed);
    parts.engine.step(); // the closed task's run ends
    owner.tick();
    owner.control(Requests.cancel("r2")); // while its attempt waits for a commit
    owner.control(Requests.cancel("r1")); // while it waits for its turn
    owner.punctuate(DRAIN);
    owner.punctuate(DRAIN);
    owner.commit();
    assertThat(parts.engine.open()).isZero();
    assertThat(parts.recovery.turn().taken()).isFalse();
    assertThat(committed.completions)
        .extracting(GenerationCompletion::getStatus)
        .containsExactly(CompletionStatus.CANCELLED, CompletionStatus.CANCELLED);
  }

  @Test
  void shouldGoOnWithTheNextWhenASuspectIsCancelledWhileItRuns() {
    died(committed, request("r1", 1), request("r2", 2));
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    owner.resume();
    owner.control(Requests.cancel("r1"));
    owner.punctuate(DRAIN);
    assertThat(parts.recovery.turn().taken()).as("the engine has not let go").isTrue();
    parts.engine.step();
    owner.punctuate(DRAIN);
    owner.commit();
    owner.punctuate(DRAIN);
    assertThat(seeds(parts)).containsExactly(1L, 2L);
  }

  // Clean stops

  @Test
  void shouldSuspectNobodyAndCountNothingWhenTheOwnerStoppedCleanlyWhileOneRanAlone() {
    died(committed, request("r1", 1), request("r2", 2));
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    owner.resume();
    parts.stop.order();
    owner.punctuate(DRAIN);
    parts.engine.step();
    owner.punctuate(DRAIN);
    owner.commit();
    owner.close();

    assertThat(progress("r1").attempts()).isZero();
    assertThat(progress("r1").begun()).isFalse();
    assertThat(progress("r2").begun()).as("did not run since its owner died").isTrue();
    assertThat(parts.recovery.turn().taken()).isFalse();
  }

  @Test
  void shouldBeginNothingWhenTheOwnerStopsWhileAMarkWaitsForItsCommit() {
    TestParts parts = carefulProcess(4);
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request("r1", 1));
    owner.commit();
    parts.stop.order();
    owner.punctuate(DRAIN);
    owner.commit();
    assertThat(parts.engine.submitted()).isEmpty();
    assertThat(progress("r1").begun()).as("no forward pass has seen it").isFalse();
  }
}
