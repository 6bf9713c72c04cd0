package dev.lacuna.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.topology.fakes.Requests;
import dev.lacuna.topology.fakes.TaskLife;
import dev.lacuna.topology.fakes.TaskLife.Committed;
import dev.lacuna.topology.fakes.TestParts;
import dev.lacuna.topology.store.Progress;
import dev.lacuna.topology.store.ProgressCodec;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A clean stop stores every step before the task is closed, so that the next owner repeats none.
 */
final class CleanStopTest {
  private static final Duration DRAIN = TestParts.DRAIN_INTERVAL;

  private final Committed committed = new Committed();
  private final TestParts parts = new TestParts();

  private int owing() throws InterruptedException {
    return parts.stop.await(Duration.ZERO, () -> true);
  }

  private Progress progress(String id) {
    return ProgressCodec.decode(committed.value("progress", id));
  }

  @Test
  void shouldGoOnAtTheVeryNextStepWhenTheOwnerStoppedCleanly() throws Exception {
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").setSamples(2).build());
    owner.commit();
    parts.engine.step();
    parts.engine.step(spec -> spec.sample() == 2);
    parts.stop.order();
    assertThat(owing()).isEqualTo(1);
    owner.punctuate(DRAIN);
    assertThat(parts.engine.cancelled()).as("told to stop").isEqualTo(2);
    assertThat(owing()).as("the engine has not let go yet").isEqualTo(1);
    parts.engine.step(); // the step boundary
    owner.punctuate(DRAIN);
    assertThat(owing()).isZero();
    owner.commit();
    owner.close();

    assertThat(committed.completions).as("not an answer").isEmpty();
    assertThat(committed.timings)
        .extracting(timing -> timing.getSample() + "/" + timing.getStep())
        .containsExactlyInAnyOrder("1/1", "2/1", "2/2");
    TestParts next = new TestParts();
    new TaskLife(next, committed).tick();
    assertThat(next.engine.submitted()).noneMatch(RunSpec::alone);
    assertThat(next.engine.submitted())
        .extracting(spec -> spec.from().stepsDone())
        .containsExactly(1, 2);
  }

  @Test
  void shouldOweNothingWhenNothingIsPending() throws Exception {
    TaskLife owner = new TaskLife(parts, committed);
    owner.tick();
    assertThat(owing()).isZero();
    owner.submit(Requests.request("r1").build());
    assertThat(owing()).isEqualTo(1);
    owner.close();
    assertThat(owing()).as("taken away in a rebalance").isZero();
  }

  @Test
  void shouldAnswerWhatEndsMeanwhileAndOnlyThat() throws Exception {
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("done").build());
    owner.submit(Requests.request("running").setSampling(seed(8)).build());
    for (int step = 0; step < 4; step++) {
      parts.engine.step(spec -> spec.settings().seed() == 7);
    }
    parts.stop.order();
    owner.punctuate(DRAIN);
    parts.engine.step();
    owner.punctuate(DRAIN);
    owner.commit();

    assertThat(owing()).isZero();
    assertThat(committed.completions)
        .extracting(completion -> completion.getId() + " " + completion.getStatus())
        .containsExactly("done COMPLETED");
    assertThat(committed.value("progress", "running")).as("has had no step").isNull();
    assertThat(committed.value("pending", "running")).isNotNull();
  }

  private static dev.lacuna.wire.Sampling seed(long seed) {
    return dev.lacuna.wire.Sampling.newBuilder().setSteps(4).setSeed(seed).build();
  }

  @Test
  void shouldStoreButNotBeginWhatIsReadWhileStopping() throws Exception {
    TaskLife owner = new TaskLife(parts, committed);
    owner.tick();
    parts.stop.order();
    owner.submit(Requests.request("late").build());
    owner.punctuate(DRAIN);
    owner.commit();

    assertThat(owing()).isZero();
    assertThat(parts.engine.submitted()).isEmpty();
    assertThat(committed.completions).isEmpty();
    assertThat(committed.value("pending", "late")).isNotNull();
  }

  @Test
  void shouldWriteNothingAndNotBeWaitedForWhenItIsNotArmed() throws Exception {
    TaskLife first = new TaskLife(parts, committed);
    first.submit(Requests.request("r1").build());
    first.commit();
    first.close();
    TestParts next = new TestParts();
    TaskLife unarmed = new TaskLife(next, committed);
    next.engine.step();
    next.stop.order();
    unarmed.punctuate(DRAIN);

    assertThat(next.stop.await(Duration.ZERO, () -> true)).isZero();
    assertThat(unarmed.uncommittedForwards()).isZero();
    assertThat(unarmed.storesUntouched()).isTrue();
  }

  @Test
  void shouldLeaveABegunRequestBegunWhenItDidNotRunHere() {
    TaskLife died = new TaskLife(parts, committed);
    died.submit(Requests.request("r1").build());
    parts.engine.step();
    died.punctuate(TestParts.CHECKPOINT_INTERVAL);
    died.commit();
    TestParts next = new TestParts();
    next.stop.order(); // the task arrives while its new owner stops
    TaskLife heir = new TaskLife(next, committed);
    heir.tick();
    heir.punctuate(DRAIN);
    heir.commit();

    assertThat(next.engine.submitted()).isEmpty();
  }

  @Test
  void shouldKeepACancellationThatComesWhileStopping() {
    TaskLife owner = new TaskLife(parts, committed);
    owner.submit(Requests.request("r1").build());
    parts.engine.step();
    parts.stop.order();
    owner.punctuate(DRAIN);
    parts.engine.step();
    owner.punctuate(DRAIN);
    owner.control(Requests.cancel("r1"));
    owner.punctuate(DRAIN);
    owner.commit();
    TestParts next = new TestParts();
    TaskLife heir = new TaskLife(next, committed);
    heir.tick();
    heir.punctuate(DRAIN);
    heir.commit();

    assertThat(committed.completions.get(0).getStatus()).isEqualTo(CompletionStatus.CANCELLED);
    assertThat(committed.timings).extracting(StepTiming::getStep).containsExactly(1);
  }

  @Test
  void shouldNotWaitOnWhenThereIsNoUse() throws Exception {
    parts.stop.owes("a task", true);
    assertThat(parts.stop.await(Duration.ofDays(1), () -> false)).isEqualTo(1);
  }
}
