package dev.lacuna.topology;

import static dev.lacuna.topology.fakes.Crashes.ATTEMPTS_MAX;
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
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When requests go to the engine, and who runs alone after an owner died. */
final class CrashTest {
  private static final Duration DRAIN = TestParts.DRAIN_INTERVAL;

  private final Committed committed = new Committed();

  private Progress progress(String id) {
    return ProgressCodec.decode(committed.value("progress", id));
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
    TestParts parts = carefulProcess(4);
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
    TestParts parts = carefulProcess(4);
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
    TestParts parts = carefulProcess(4);
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request("r1", 1));
    owner.punctuate(Duration.ofSeconds(61));
    owner.submit(request("r2", 2));
    assertThat(seeds(parts)).as("r1 still waits for its commit").containsExactly(2L);
  }

  @Test
  void shouldCancelAndExpireWhatWaitsWithoutRunningIt() {
    TestParts parts = carefulProcess(4);
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
    TaskLife owner = new TaskLife(carefulProcess(4), committed);
    owner.submit(request("r1", 1)); // put, and lost with its transaction
    assertThat(owner.storesUntouched()).isFalse();

    TestParts parts = carefulProcess(4);
    TaskLife next = new TaskLife(parts, committed);
    next.submit(request("r1", 1)); // its record is read again
    next.commit();
    next.punctuate(DRAIN);
    assertThat(parts.engine.submitted()).extracting(RunSpec::alone).containsExactly(false);
  }

  @Test
  void shouldRunAloneWhenTheOwnerDiesAfterTheMarkIsCommitted() {
    TaskLife owner = new TaskLife(carefulProcess(4), committed);
    owner.submit(request("r1", 1));
    owner.commit(); // and not even handed over

    TestParts parts = carefulProcess(4);
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
    died(committed, request("r1", 1));
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
    died(committed, request("r1", 1));
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
    died(committed, request("r1", 1));
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
    died(committed, request("r1", 1));
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
}
