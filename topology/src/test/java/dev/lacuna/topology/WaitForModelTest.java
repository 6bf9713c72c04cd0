package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.text.RunProgress;
import dev.lacuna.topology.fakes.FakeModel;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.topology.process.WireTime;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code model.changed=wait}: begun requests wait for a worker with their model. */
final class WaitForModelTest {
  private static final Duration DRAIN = TestParts.DRAIN_INTERVAL;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Committed committed = new Committed();

  private static TestParts waiting() {
    TestParts parts = new TestParts();
    parts.durability = new TopologySettings.Durability(TestParts.CHECKPOINT_INTERVAL, 5, true);
    return parts;
  }

  /** Parts of a worker with another model under the name. */
  private static TestParts changed() {
    TestParts parts = waiting();
    parts.models.put("demo", new FakeModel("demo", "fp-2", 4));
    return parts;
  }

  private void begin(GenerationRequest request) {
    TestParts parts = waiting();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(request);
    parts.engine.step();
    parts.engine.step();
    owner.punctuate(TestParts.CHECKPOINT_INTERVAL);
    owner.commit();
    owner.close();
  }

  private static double gauge(TestParts parts) {
    return parts.registry.get("lacuna.requests.waiting.model").gauge().value();
  }

  @Test
  void shouldGoOnWithTheSameTokensWhenAWorkerHasTheModelAgain() {
    GenerationRequest request = Requests.request("r1").build();
    Committed undisturbed = new Committed();
    TestParts calm = new TestParts();
    TaskLife only = new TaskLife(calm, undisturbed);
    only.submit(request);
    calm.engine.finish();
    only.punctuate(DRAIN);
    only.commit();
    begin(request);

    TestParts other = changed();
    TaskLife between = new TaskLife(other, committed);
    between.tick();
    between.punctuate(TestParts.CHECKPOINT_INTERVAL);
    assertThat(other.engine.submitted()).as("not run").isEmpty();
    assertThat(between.uncommittedForwards()).as("not answered").isZero();
    assertThat(between.storesUntouched()).isTrue();
    assertThat(other.accepted.count()).as("accepted work").isEqualTo(1);
    assertThat(gauge(other)).isEqualTo(1);
    assertThat(between.scheduled()).as("nothing commits in vain").isZero();
    between.close();
    assertThat(gauge(other)).isZero();
    assertThat(other.accepted.count()).isZero();

    TestParts again = waiting();
    TaskLife heir = new TaskLife(again, committed);
    heir.tick();
    again.engine.finish();
    heir.punctuate(DRAIN);
    heir.commit();
    assertThat(committed.completions).hasSize(1);
    assertThat(committed.completions.get(0).getSamples())
        .isEqualTo(undisturbed.completions.get(0).getSamples());
    assertThat(committed.timings).extracting(StepTiming::getStep).containsExactly(1, 2, 3, 4);
    assertThat(committed.stored()).isZero();
  }

  @Test
  void shouldWaitWhenTheModelIsGoneOrItsPlanDiffers() {
    begin(Requests.request("r1").build());
    TestParts gone = waiting();
    gone.models.clear();
    TaskLife first = new TaskLife(gone, committed);
    first.tick();
    assertThat(gauge(gone)).isEqualTo(1);
    first.close();

    committed.overwrite("progress", "r1", otherMasks());
    TestParts planned = waiting();
    new TaskLife(planned, committed).tick();
    assertThat(gauge(planned)).isEqualTo(1);
    assertThat(planned.engine.submitted()).isEmpty();
  }

  private static byte[] otherMasks() {
    return ProgressCodec.encode(
        new Progress(
            1,
            2,
            3,
            false,
            List.of(
                new Progress.SampleProgress(
                    false, RunProgress.inFirstPass(1, new int[] {-1}, new float[1])))));
  }

  @Test
  void shouldAnswerCancelledWhenItIsCancelledWhileItWaits() {
    begin(Requests.request("r1").build());
    TestParts parts = changed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.control(Requests.cancel("r1"));
    owner.commit();

    GenerationCompletion completion = committed.completions.get(0);
    assertThat(completion.getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(completion.getError()).isNull();
    assertThat(completion.getStepsRun()).isEqualTo(2);
    assertThat(completion.getTimingsTotal()).isEqualTo(committed.timings.size());
    assertThat(committed.stored()).isZero();
    assertThat(gauge(parts)).isZero();
    assertThat(parts.accepted.count()).isZero();
  }

  @Test
  void shouldAnswerExpiredOnceArmedWhenTheDeadlinePassesWhileItWaits() {
    TestParts parts = changed();
    long deadline = parts.clock.epochMicros() + 60_000_000;
    begin(Requests.request("r1").setDeadline(WireTime.instant(deadline)).build());
    TaskLife owner = new TaskLife(parts, committed);
    owner.punctuate(Duration.ofMinutes(2));
    assertThat(owner.uncommittedForwards()).as("not before it is armed").isZero();
    owner.tick();
    owner.punctuate(SECOND);
    owner.commit();

    assertThat(committed.completions)
        .extracting(GenerationCompletion::getStatus)
        .containsExactly(CompletionStatus.EXPIRED);
    assertThat(committed.stored()).isZero();
    owner.punctuate(SECOND);
    assertThat(owner.scheduled()).isZero();
  }

  @Test
  void shouldTakeSeveralTurnsWhenMoreHaveExpiredThanOneHasTimeFor() {
    TestParts parts = changed();
    TestParts before = waiting();
    TaskLife first = new TaskLife(before, committed);
    Instant deadline = WireTime.instant(parts.clock.epochMicros() + 1_000_000);
    for (int i = 0; i < 100; i++) {
      first.submit(Requests.request("r" + i).setDeadline(deadline).build());
    }
    first.commit();
    TaskLife owner = new TaskLife(parts, committed);
    owner.tick();
    parts.clock.costPerLook(Duration.ofMillis(1)); // of 20 for a drain
    owner.punctuate(SECOND);
    owner.commit();
    assertThat(committed.completions.size()).isBetween(1, 25);
    for (int turn = 0; turn < 10; turn++) {
      owner.punctuate(SECOND);
    }
    owner.commit();

    assertThat(committed.completions.size()).isEqualTo(100);
    assertThat(committed.completions)
        .extracting(GenerationCompletion::getStatus)
        .containsOnly(CompletionStatus.EXPIRED);
  }

  @Test
  void shouldIgnoreADuplicateWhileTheFirstWaits() {
    begin(Requests.request("r1").build());
    TestParts parts = changed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    owner.tick();
    owner.punctuate(TestParts.DRAIN_INTERVAL);
    assertThat(parts.count("lacuna.requests.duplicate")).isEqualTo(1);
    assertThat(parts.engine.submitted()).as("never silently restarted").isEmpty();
  }

  @Test
  void shouldOweNothingAtACleanStopWhenAllItHasWaits() throws Exception {
    begin(Requests.request("r1").build());
    TestParts parts = changed();
    TaskLife owner = new TaskLife(parts, committed);
    owner.tick();
    parts.stop.order();
    assertThat(parts.stop.await(Duration.ZERO, () -> true)).isZero();
  }

  @Test
  void shouldStayCancelledWhenTheModelIsAnotherOne() {
    TestParts parts = waiting();
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    parts.engine.step();
    owner.punctuate(DRAIN);
    owner.control(Requests.cancel("r1"));
    owner.commit(); // the control record is consumed; the engine has not let go yet

    TaskLife heir = new TaskLife(changed(), committed);
    heir.tick();
    heir.punctuate(DRAIN);
    heir.commit();
    assertThat(committed.completions)
        .extracting(GenerationCompletion::getStatus)
        .containsExactly(CompletionStatus.CANCELLED);
  }
}
