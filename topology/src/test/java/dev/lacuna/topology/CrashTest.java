package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.RunSpec;
import dev.lacuna.topology.TopologySettings.Durability;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.pending.Recovery;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.Sampling;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When requests go to the engine, and who runs alone after an owner died. */
final class CrashTest {
  private static final Duration DRAIN = TestParts.DRAIN_INTERVAL;
  private static final int ATTEMPTS_MAX = 3;

  private final Committed committed = new Committed();

  private static TestParts process() {
    TestParts parts = new TestParts();
    parts.durability = new Durability(TestParts.CHECKPOINT_INTERVAL, ATTEMPTS_MAX, false);
    return parts;
  }

  private static TestParts carefulProcess() {
    TestParts parts = process();
    parts.recovery = Recovery.of(4, Duration.ofMinutes(1));
    return parts;
  }

  private Progress progress(String id) {
    return ProgressCodec.decode(committed.value("progress", id));
  }

  /** The seed tells requests apart among runs. */
  private static GenerationRequest request(String id, long seed) {
    return Requests.request(id)
        .setSampling(Sampling.newBuilder().setSteps(4).setSeed(seed).build())
        .build();
  }

  private static List<Long> seeds(TestParts parts) {
    return parts.engine.submitted().stream().map(spec -> spec.settings().seed()).toList();
  }

  /** An owner that died after one step of each of these requests was committed. */
  private void died(GenerationRequest... requests) {
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    for (GenerationRequest request : requests) {
      owner.submit(request);
    }
    parts.engine.step();
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    owner.commit();
  }

  // What runs when

  @Test
  void shouldRunAtOnceAndPayNothingWhenARequestIsShort() {
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request("r1", 1));
    assertThat(parts.engine.submitted()).hasSize(1);
    parts.engine.step();
    owner.punctuate(DRAIN);
    owner.commit();
    assertThat(committed.value("progress", "r1")).isNull();
  }

  @Test
  void shouldBeMarkedBegunWhenItHasRunForACommitInterval() {
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request("r1", 1));
    owner.submit(request("waiting", 2));
    parts.engine.step(spec -> spec.settings().seed() == 1);
    owner.punctuate(Duration.ofMillis(500));
    owner.commit();
    assertThat(progress("r1").begun()).isTrue();
    assertThat(progress("r1").attempts()).isZero();
    assertThat(committed.timings).as("its step is stored with it").hasSize(1);
    assertThat(committed.value("progress", "waiting")).as("has had no forward pass").isNull();
  }

  @Test
  void shouldRunOnlyOnceItsMarkIsCommittedWhenTheTaskIsCareful() {
    TestParts parts = carefulProcess();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request("r1", 1));
    assertThat(owner.asksForCommit()).as("does not wait for the commit interval").isTrue();
    owner.punctuate(DRAIN);
    assertThat(parts.engine.submitted()).isEmpty();
    owner.commit();
    assertThat(progress("r1").begun()).isTrue();
    owner.punctuate(DRAIN);
    assertThat(parts.engine.submitted()).hasSize(1);
    assertThat(parts.engine.submitted().get(0).alone()).isFalse();
    parts.engine.finish();
    owner.punctuate(DRAIN);
    owner.commit();
    assertThat(committed.completions.get(0).getStatus()).isEqualTo(CompletionStatus.COMPLETED);
  }

  @Test
  void shouldBeginAWaveByRankAndTheNextAsPlacesGetFreeWhenTheTaskIsCareful() {
    TestParts parts = carefulProcess();
    TaskLife owner = new TaskLife(parts, committed);
    for (int i = 1; i <= 6; i++) {
      owner.submit(request("r" + i, i));
    }
    owner.submit(Requests.request("urgent").setPriority(9).build());
    owner.commit();
    owner.punctuate(DRAIN);
    assertThat(seeds(parts)).containsExactly(1L, 2L, 3L, 4L);
    for (int step = 0; step < 4; step++) {
      parts.engine.step(spec -> spec.settings().seed() == 2);
    }
    owner.punctuate(DRAIN);
    owner.commit();
    owner.punctuate(DRAIN);
    assertThat(seeds(parts)).containsExactly(1L, 2L, 3L, 4L, 7L);
    assertThat(committed.value("progress", "r5")).as("not begun").isNull();
  }

  @Test
  void shouldRunAtOnceWhenTheCarefulTimeIsOver() {
    TestParts parts = carefulProcess();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request("r1", 1));
    owner.punctuate(Duration.ofSeconds(61));
    owner.submit(request("r2", 2));
    assertThat(seeds(parts)).as("r1 still waits for its commit").containsExactly(2L);
  }

  @Test
  void shouldCancelAndExpireWhatWaitsWithoutRunningIt() {
    TestParts parts = carefulProcess();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request("r1", 1));
    owner.submit(
        Requests.request("r2")
            .setDeadline(WireTime.instant(parts.clock.epochMicros() + 10_000))
            .build());
    owner.control(Requests.cancel("r1"));
    owner.punctuate(DRAIN);
    owner.punctuate(DRAIN);
    owner.commit();
    owner.punctuate(DRAIN);
    assertThat(parts.engine.submitted()).isEmpty();
    assertThat(committed.completions)
        .extracting(GenerationCompletion::getStatus)
        .containsExactlyInAnyOrder(CompletionStatus.CANCELLED, CompletionStatus.EXPIRED);
    assertThat(committed.stored()).isZero();
  }

  // Crashes of a careful owner

  @Test
  void shouldKnowNothingOfItWhenTheOwnerDiesBeforeTheMarkIsCommitted() {
    TaskLife owner = new TaskLife(carefulProcess(), committed);
    owner.submit(request("r1", 1)); // put, and lost with its transaction
    assertThat(owner.storesUntouched()).isFalse();

    TestParts parts = carefulProcess();
    TaskLife next = new TaskLife(parts, committed);
    next.submit(request("r1", 1)); // its record is read again
    next.commit();
    next.punctuate(DRAIN);
    assertThat(parts.engine.submitted()).extracting(RunSpec::alone).containsExactly(false);
  }

  @Test
  void shouldRunAloneWhenTheOwnerDiesAfterTheMarkIsCommitted() {
    TaskLife owner = new TaskLife(carefulProcess(), committed);
    owner.submit(request("r1", 1));
    owner.commit(); // and not even handed over

    TestParts parts = carefulProcess();
    TaskLife next = new TaskLife(parts, committed);
    next.punctuate(DRAIN);
    assertThat(next.storesUntouched()).as("not armed").isTrue();
    next.tick();
    assertThat(next.asksForCommit()).isTrue();
    assertThat(parts.engine.submitted()).as("the attempt is not committed").isEmpty();
    next.commit();
    assertThat(progress("r1").attempts()).isEqualTo(1);
    next.punctuate(DRAIN);
    assertThat(parts.engine.submitted()).extracting(RunSpec::alone).containsExactly(true);
  }

  @Test
  void shouldNotCountAnAttemptWhenTheOwnerDiesBeforeItIsCommitted() {
    died(request("r1", 1));
    for (int death = 0; death < 10; death++) {
      new TaskLife(process(), committed).tick();
      assertThat(progress("r1").attempts()).isZero();
    }
    TestParts parts = process();
    new TaskLife(parts, committed).resume();
    assertThat(parts.engine.alone()).isEqualTo(1);
  }

  @Test
  void shouldFailOnlyOnceArmedWhenItDiedAloneTooOften() {
    died(request("r1", 1));
    for (int death = 1; death <= ATTEMPTS_MAX; death++) {
      TestParts parts = process();
      new TaskLife(parts, committed).resume(); // and dies of its first step
      assertThat(parts.engine.alone()).isEqualTo(1);
      assertThat(progress("r1").attempts()).isEqualTo(death);
    }
    TestParts parts = process();
    TaskLife last = new TaskLife(parts, committed);
    last.punctuate(DRAIN);
    assertThat(last.uncommittedForwards()).isZero();
    assertThat(last.storesUntouched()).isTrue();
    last.resume();
    last.commit();

    assertThat(parts.engine.submitted()).isEmpty();
    GenerationCompletion failed = committed.completions.get(0);
    assertThat(failed.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(failed.getError().getCode()).isEqualTo(ErrorCodes.CRASHED);
    assertThat(failed.getError().getMessage()).contains("3 times", "crash.attempts.max is 3");
    assertThat(failed.getStepsRun()).isEqualTo(1);
    assertThat(failed.getTimingsTotal()).isEqualTo(committed.timings.size()).isEqualTo(1);
    assertThat(committed.stored()).isZero();
    assertThat(parts.count("lacuna.requests.crashed")).isEqualTo(1);
  }

  @Test
  void shouldCountAnewWhenAStepAloneWasStored() {
    died(request("r1", 1));
    for (int death = 1; death < ATTEMPTS_MAX; death++) {
      new TaskLife(process(), committed).resume();
    }
    TestParts parts = process();
    TaskLife owner = new TaskLife(parts, committed);
    owner.resume();
    assertThat(progress("r1").attempts()).isEqualTo(ATTEMPTS_MAX);
    parts.engine.step();
    owner.punctuate(DRAIN);
    assertThat(owner.asksForCommit()).as("soon: until then a death counts").isTrue();
    owner.commit();
    assertThat(progress("r1").attempts()).isZero();
    assertThat(progress("r1").begun()).isTrue();
    assertThat(committed.timings).extracting(StepTiming::getStep).containsExactly(1, 2);

    TestParts heir = process();
    new TaskLife(heir, committed).resume();
    assertThat(progress("r1").attempts()).isEqualTo(1);
    assertThat(heir.engine.submitted().get(0).from().stepsDone()).isEqualTo(2);
  }

  @Test
  void shouldNotFailWhatWasCancelledEvenIfItDiedTooOften() {
    died(request("r1", 1));
    for (int death = 1; death < ATTEMPTS_MAX; death++) {
      new TaskLife(process(), committed).resume();
    }
    TaskLife cancelling = new TaskLife(process(), committed);
    cancelling.resume();
    cancelling.control(Requests.cancel("r1"));
    cancelling.commit();
    assertThat(progress("r1").attempts()).isEqualTo(ATTEMPTS_MAX);
    TaskLife next = new TaskLife(process(), committed);
    next.resume();
    next.commit();
    assertThat(committed.completions.get(0).getStatus()).isEqualTo(CompletionStatus.CANCELLED);
  }

  // Turns

  @Test
  void shouldRunSuspectsOneByOneAndOthersBehindThem() {
    died(request("r1", 1), request("r2", 2));
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
    died(request("r1", 1), request("r2", 2));
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
    died(request("a1", 1), request("a2", 2));
    Committed other = new Committed();
    TestParts dead = process();
    TaskLife gone = new TaskLife(dead, other);
    gone.submit(request("b1", 3));
    dead.engine.step();
    gone.punctuate(TestParts.CHECKPOINT_INTERVAL);
    gone.commit();

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
    died(request("a1", 1));
    Committed other = new Committed();
    TestParts dead = process();
    TaskLife gone = new TaskLife(dead, other);
    gone.submit(request("b1", 3));
    dead.engine.step();
    gone.punctuate(TestParts.CHECKPOINT_INTERVAL);
    gone.commit();

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
    died(request("r1", 1), request("r2", 2));
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
    died(request("r1", 1), request("r2", 2));
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
    died(request("r1", 1), request("r2", 2));
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
    TestParts parts = carefulProcess();
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
