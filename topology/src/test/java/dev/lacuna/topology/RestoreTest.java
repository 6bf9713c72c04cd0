package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.fakes.FakeModel;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.process.EngineFailedException;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.topology.store.StoreFormatException;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an owner does with work that an earlier owner left, and when it may write. */
final class RestoreTest {
  private static final Duration CHECKPOINT = TestParts.CHECKPOINT_INTERVAL;
  private static final Duration DRAIN = TestParts.DRAIN_INTERVAL;

  private final Committed committed = new Committed();

  /** A first owner that has accepted a request and committed two of its four steps. */
  private TaskLife ownerWithTwoStepsCommitted(TestParts parts, GenerationRequest request) {
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request);
    parts.engine.step();
    parts.engine.step();
    owner.punctuate(CHECKPOINT);
    owner.commit();
    return owner;
  }

  @Test
  void shouldPublishEachStepOnceAndTheSameTextWhenAnOwnerCrashesBetweenCheckpoints() {
    GenerationRequest request = Requests.request("r1").setSamples(2).build();
    TestParts calm = new TestParts();
    Committed undisturbed = new Committed();
    TaskLife only = new TaskLife(calm, undisturbed);
    only.submit(request);
    calm.engine.finish();
    only.punctuate(DRAIN);
    only.commit();

    TestParts first = new TestParts();
    TaskLife crashing = ownerWithTwoStepsCommitted(first, request);
    first.engine.step();
    crashing.punctuate(CHECKPOINT);
    assertThat(crashing.uncommittedForwards()).as("step 3, lost with its transaction").isEqualTo(2);

    TestParts second = new TestParts();
    TaskLife next = new TaskLife(second, committed);
    next.tick();
    assertThat(second.engine.submitted())
        .as("goes on after the committed steps")
        .extracting(spec -> spec.from().stepsDone())
        .containsExactly(2, 2);
    second.engine.finish();
    next.punctuate(DRAIN);
    next.commit();

    assertThat(committed.timings)
        .extracting(timing -> timing.getSample() + "/" + timing.getStep())
        .containsExactlyInAnyOrder("1/1", "1/2", "1/3", "1/4", "2/1", "2/2", "2/3", "2/4");
    assertThat(committed.completions).hasSize(1);
    assertThat(committed.completions.get(0).getSamples())
        .isEqualTo(undisturbed.completions.get(0).getSamples());
    assertThat(committed.completions.get(0).getStepsRun()).isEqualTo(8);
    assertThat(committed.completions.get(0).getTimingsTotal()).isEqualTo(8);
    assertThat(committed.stored()).as("nothing is left behind").isZero();
  }

  @Test
  void shouldKeepSeedSettingsAndTimesWhenRestored() {
    TestParts first = new TestParts();
    ownerWithTwoStepsCommitted(
        first, Requests.request("r1").setPriority(9).setSampling(noSeed()).build());
    RunSpec before = first.engine.submitted().get(0);
    TestParts second = new TestParts();
    second.clock.advance(Duration.ofHours(1));
    new TaskLife(second, committed).tick();

    RunSpec after = second.engine.submitted().get(0);
    assertThat(after.settings()).isEqualTo(before.settings());
    assertThat(after.priority()).isEqualTo(9);
    assertThat(after.acceptedMicros()).isEqualTo(before.acceptedMicros());
    assertThat(after.plan().tokens()).isEqualTo(before.plan().tokens());
  }

  private static dev.lacuna.wire.Sampling noSeed() {
    return dev.lacuna.wire.Sampling.newBuilder().setSteps(4).build();
  }

  @Test
  void shouldWriteNothingUntilARecordWasProcessedWhenWorkIsRestored() {
    ownerWithTwoStepsCommitted(new TestParts(), Requests.request("r1").build());
    TestParts parts = new TestParts();
    TaskLife next = new TaskLife(parts, committed);
    next.punctuate(CHECKPOINT);

    assertThat(parts.engine.submitted()).as("nothing runs unmarked").isEmpty();
    assertThat(next.uncommittedForwards()).isZero();
    assertThat(next.storesUntouched()).isTrue();
    assertThat(next.scheduled()).as("no punctuator to commit anything").isZero();
    assertThat(parts.ticks).hasSize(1);
    assertThat(parts.ticks.get(0).partition()).isEqualTo(3);
    assertThat(parts.ticks.get(0).answered().getAsBoolean()).isFalse();

    next.tick();
    assertThat(parts.ticks.get(0).answered().getAsBoolean()).isTrue();
    parts.engine.finish();
    next.punctuate(DRAIN);
    next.commit();
    assertThat(committed.completions).hasSize(1);
  }

  @Test
  void shouldAskForATickAndScheduleNothingWhenNothingIsRestored() {
    TestParts parts = new TestParts();
    TaskLife owner = new TaskLife(parts, committed); // reads its tick

    assertThat(parts.ticks).hasSize(1);
    assertThat(parts.ticks.get(0).answered().getAsBoolean()).isTrue();
    assertThat(owner.scheduled()).isZero();
  }

  @Test
  void shouldStopAskingForTicksWhenClosedUnarmed() {
    ownerWithTwoStepsCommitted(new TestParts(), Requests.request("r1").build());
    TestParts parts = new TestParts();
    TaskLife next = new TaskLife(parts, committed);
    next.close();

    assertThat(parts.ticks.get(0).answered().getAsBoolean()).isTrue();
  }

  @Test
  void shouldDisarmAgainWhenTheSameObjectIsInitialisedAgain() {
    TestParts parts = new TestParts();
    TaskLife owner = ownerWithTwoStepsCommitted(parts, Requests.request("r1").build());
    owner.close();
    owner.initAgain();

    assertThat(owner.scheduled()).as("nothing of the first life commits").isZero();
    assertThat(parts.ticks).as("the second life asks for its own tick").hasSize(2);
    assertThat(parts.accepted.count()).as("counted once").isEqualTo(1);
    owner.punctuate(CHECKPOINT);
    assertThat(owner.uncommittedForwards()).isZero();
    owner.tick();
    parts.engine.finish();
    owner.punctuate(DRAIN);
    owner.commit();
    assertThat(committed.completions).hasSize(1);
    assertThat(committed.timings).extracting(StepTiming::getStep).containsExactly(1, 2, 3, 4);
  }

  @Test
  void shouldCancelItsRunsAndDropTheirResultsWhenClosed() {
    TestParts parts = new TestParts();
    TaskLife owner = ownerWithTwoStepsCommitted(parts, Requests.request("r1").build());
    parts.engine.step(); // arrives before the close, is not drained
    owner.close();
    assertThat(parts.accepted.count()).isZero();
    assertThat(parts.engine.cancelled()).isEqualTo(1);
    parts.engine.step(); // the cancellation arrives after the close
    owner.initAgain();
    owner.tick();

    assertThat(parts.count("lacuna.results.stale")).isEqualTo(2);
    assertThat(owner.uncommittedForwards()).isZero();
    assertThat(parts.engine.submitted().get(1).from().stepsDone()).isEqualTo(2);
  }

  @Test
  void shouldNotRunFinishedSamplesAgainWhenRestored() {
    TestParts first = new TestParts();
    TaskLife owner = new TaskLife(first, committed);
    owner.submit(Requests.request("r1").setSamples(2).build());
    for (int step = 0; step < 4; step++) {
      first.engine.step(spec -> spec.sample() == 1);
    }
    owner.punctuate(CHECKPOINT);
    owner.commit();

    TestParts second = new TestParts();
    TaskLife next = new TaskLife(second, committed);
    next.tick();
    assertThat(second.engine.submitted()).extracting(RunSpec::sample).containsExactly(2);
    second.engine.finish();
    next.punctuate(DRAIN);
    next.commit();
    assertThat(committed.completions.get(0).getSamples()).hasSize(2);
    assertThat(committed.timings).hasSize(8);
  }

  @Test
  void shouldAnswerWithoutAStepWhenNoMaskWasLeftAtTheCheckpoint() {
    TestParts first = new TestParts();
    TaskLife owner = new TaskLife(first, committed);
    owner.submit(Requests.request("r1").build());
    for (int step = 0; step < 3; step++) {
      first.engine.step();
    }
    owner.punctuate(CHECKPOINT);
    owner.commit();
    // The last step's mask count is 0, but the engine's word that it was the last is missing.
    Progress open = ProgressCodec.decode(committed.value("progress", "r1"));
    RunProgress run = open.samples().get(0).run();
    int[] tokens = run.maskTokens().clone();
    java.util.Arrays.setAll(tokens, i -> 'x');
    Progress full =
        new Progress(
            open.firstStepMicros(),
            open.lastStepMicros(),
            open.batchRowsSum(),
            false,
            List.of(
                new Progress.SampleProgress(
                    false, RunProgress.inFirstPass(4, tokens, run.confidences()))));
    committed.overwrite("progress", "r1", ProgressCodec.encode(full));

    TestParts second = new TestParts();
    TaskLife next = new TaskLife(second, committed);
    next.tick();
    assertThat(second.engine.open()).as("only the engine knows, and says so at once").isZero();
    next.punctuate(DRAIN);
    next.commit();
    assertThat(committed.completions.get(0).getSamples().get(0).getText())
        .isEqualTo("a xxxxxxxx z");
    assertThat(committed.completions.get(0).getStepsRun()).isEqualTo(4);
  }

  @Test
  void shouldFailTheRequestWhenTheModelHasAnotherFingerprint() {
    ownerWithTwoStepsCommitted(new TestParts(), Requests.request("r1").build());
    TestParts parts = new TestParts();
    parts.models.put("demo", new FakeModel("demo", "fp-2", 4));
    TaskLife next = new TaskLife(parts, committed);
    assertThat(parts.engine.submitted()).as("never silently restarted").isEmpty();
    assertThat(parts.accepted.count()).isEqualTo(1);
    next.punctuate(DRAIN);
    assertThat(next.uncommittedForwards()).as("not before it is armed").isZero();
    next.tick();
    next.punctuate(DRAIN);
    next.commit();

    GenerationCompletion completion = committed.completions.get(0);
    assertThat(completion.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(completion.getError().getCode()).isEqualTo("MODEL_CHANGED");
    assertThat(completion.getError().getMessage()).contains("fp-1", "fp-2");
    assertThat(completion.getFingerprint()).as("of the steps that were run").isEqualTo("fp-1");
    assertThat(completion.getTimingsTotal()).isEqualTo(committed.timings.size()).isEqualTo(2);
    assertThat(committed.stored()).isZero();
    assertThat(parts.accepted.count()).isZero();
  }

  @Test
  void shouldFailTheRequestWhenTheModelRunsInOtherNumbers() {
    String whole = "5d41402abc4b2a76 fp32 onnxruntime-1.29.0 cpu amd64+avx2";
    String small = whole.replace("fp32", "int8");
    TestParts first = new TestParts();
    first.models.put("demo", new FakeModel("demo", whole, 4));
    ownerWithTwoStepsCommitted(first, Requests.request("r1").build());
    TestParts parts = new TestParts();
    parts.models.put("demo", new FakeModel("demo", small, 4));
    TaskLife next = new TaskLife(parts, committed);
    next.tick();
    next.punctuate(DRAIN);
    next.commit();

    GenerationCompletion completion = committed.completions.get(0);
    assertThat(completion.getError().getCode()).isEqualTo("MODEL_CHANGED");
    assertThat(completion.getError().getMessage()).contains(whole, small);
    assertThat(parts.engine.submitted()).isEmpty();
  }

  @Test
  void shouldFailTheRequestWhenTheModelIsGone() {
    ownerWithTwoStepsCommitted(new TestParts(), Requests.request("r1").build());
    TestParts parts = new TestParts();
    parts.models.clear();
    TaskLife next = new TaskLife(parts, committed);
    next.tick();
    next.punctuate(DRAIN);
    next.commit();

    assertThat(committed.completions.get(0).getError().getCode()).isEqualTo("MODEL_CHANGED");
  }

  @Test
  void shouldIgnoreADuplicateWhenTheFirstIsRestored() {
    ownerWithTwoStepsCommitted(new TestParts(), Requests.request("r1").build());
    TestParts parts = new TestParts();
    TaskLife next = new TaskLife(parts, committed);
    next.submit(Requests.request("r1").build());
    next.tick();
    next.punctuate(TestParts.DRAIN_INTERVAL);

    assertThat(parts.engine.submitted()).hasSize(1);
    assertThat(parts.count("lacuna.requests.duplicate")).isEqualTo(1);
  }

  @Test
  void shouldExpireOnlyOnceArmedWhenTheDeadlinePassedMeanwhile() {
    TestParts first = new TestParts();
    ownerWithTwoStepsCommitted(
        first,
        Requests.request("r1")
            .setDeadline(WireTime.instant(first.clock.epochMicros() + 60_000_000))
            .build());
    TestParts parts = new TestParts();
    parts.clock.advance(Duration.ofMinutes(2));
    TaskLife next = new TaskLife(parts, committed);
    next.punctuate(DRAIN);
    assertThat(parts.engine.cancelled()).isZero();
    next.tick();
    next.punctuate(DRAIN);
    parts.engine.step();
    next.punctuate(DRAIN);
    next.commit();

    assertThat(committed.completions)
        .extracting(GenerationCompletion::getStatus)
        .containsExactly(CompletionStatus.EXPIRED);
  }

  @Test
  void shouldStayCancelledWhenTheOwnerIsGoneBeforeItAnswered() {
    TestParts first = new TestParts();
    TaskLife owner = ownerWithTwoStepsCommitted(first, Requests.request("r1").build());
    first.engine.step();
    owner.punctuate(DRAIN);
    owner.control(Requests.cancel("r1"));
    owner.commit(); // the control record is consumed; the engine has not let go yet

    TestParts parts = new TestParts();
    TaskLife next = new TaskLife(parts, committed);
    assertThat(parts.engine.submitted()).as("not run on").isEmpty();
    next.tick();
    next.punctuate(DRAIN);
    next.commit();
    GenerationCompletion completion = committed.completions.get(0);
    assertThat(completion.getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(committed.timings).extracting(StepTiming::getStep).containsExactly(1, 2, 3);
    assertThat(completion.getTimingsTotal()).isEqualTo(3);
    assertThat(committed.stored()).isZero();
    assertThat(parts.accepted.count()).isZero();
  }

  @Test
  void shouldStopTheWorkerWhenAStoreHoldsAnUnknownVersion() {
    ownerWithTwoStepsCommitted(new TestParts(), Requests.request("r1").build());
    committed.overwrite("pending", "r1", new byte[] {9, 1, 2, 3});
    TestParts parts = new TestParts();

    assertThatThrownBy(() -> new TaskLife(parts, committed))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContaining("pending")
        .hasMessageContaining("version 9");
    assertThat(parts.accepted.count()).isZero();
  }

  @Test
  void shouldNameTheEnginesFailureWhenATaskBeginsAfterIt() {
    ownerWithTwoStepsCommitted(new TestParts(), Requests.request("r1").build());
    TestParts parts = new TestParts();
    parts.engine.fail(new IllegalStateException("device lost"));

    assertThatThrownBy(() -> new TaskLife(parts, committed))
        .isInstanceOf(EngineFailedException.class);
    assertThat(parts.accepted.count()).isZero();
  }

  @Test
  void shouldStopTheWorkerWhenAProgressIsDamaged() {
    ownerWithTwoStepsCommitted(new TestParts(), Requests.request("r1").build());
    committed.overwrite("progress", "r1", new byte[] {1, 0});

    assertThatThrownBy(() -> new TaskLife(new TestParts(), committed))
        .isInstanceOf(StoreFormatException.class)
        .hasMessageContaining("progress");
  }

  @Test
  void shouldUnscheduleTheDrainWhenNothingIsPending() {
    TestParts parts = new TestParts();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    assertThat(owner.scheduled()).isEqualTo(1);
    parts.engine.finish();
    owner.punctuate(DRAIN);
    assertThat(owner.scheduled()).isZero();
    owner.submit(Requests.request("r2").build());
    assertThat(owner.scheduled()).isEqualTo(1);
  }

  @Test
  void shouldPublishTimingsOnlyWithTheProgressThatCoversThem() {
    TestParts parts = new TestParts();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    owner.commit();
    for (int step = 1; step <= 3; step++) {
      parts.engine.step();
      owner.punctuate(CHECKPOINT);
      int forwarded = owner.uncommittedForwards();
      boolean stored = !owner.storesUntouched();
      assertThat(forwarded == 1).as("timing and progress in one transaction").isEqualTo(stored);
      owner.commit();
      TestParts probe = new TestParts();
      new TaskLife(probe, committed.copy()).tick();
      List<RunSpec> resumed = probe.engine.submitted();
      assertThat(resumed.get(0).from().stepsDone()).isEqualTo(committed.timings.size());
    }
  }
}
