package dev.lacuna.runtime.engine;

import static java.util.Comparator.comparingLong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.schedule.Batch;
import dev.lacuna.runtime.engine.schedule.BatchPolicy;
import dev.lacuna.runtime.engine.schedule.ScheduledRun;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A run that is alone has the device to itself, so that it is to blame if the process dies. */
class AloneRunsTest {

  private final HashForwardPass forward = new HashForwardPass(Runs.FACTS.tokens());
  private final BatchScheduler scheduler =
      new BatchScheduler(
          List.of(new EngineModel(Runs.FACTS, forward)), Runs.TOGETHER, EngineClock.SYSTEM);
  private long arrivals;

  private Row submit(RunSpec spec, Recorder recorder) {
    Row row = new Row(Runs.inOrder(spec, ++arrivals), Runs.FACTS, recorder, arrivals);
    scheduler.submit(row);
    return row;
  }

  private void finish() {
    while (scheduler.hasWork()) {
      scheduler.step();
    }
  }

  @Test
  void shouldMakeForwardPassesForOneAfterTheOtherWhenRunsAreAlone() {
    Recorder company = new Recorder();
    Recorder younger = new Recorder();
    Recorder older = new Recorder();
    submit(Runs.ranked(Runs.spec(2), 100, 0, 0), company);
    scheduler.step();
    submit(Runs.alone(Runs.ranked(Runs.spec(3), 100, 0, 9)), younger);
    submit(Runs.alone(Runs.ranked(Runs.spec(2), -100, Long.MAX_VALUE, 5)), older);
    assertThat(scheduler.snapshot().waitingRuns()).isEqualTo(2);
    finish();
    assertThat(older.sequences()).containsExactly(2L, 3L);
    assertThat(younger.sequences()).containsExactly(4L, 5L, 6L);
    assertThat(company.sequences()).containsExactly(1L, 7L);
    assertThat(forward.calls).extracting(HashForwardPass.Call::rows).containsOnly(1);
    assertThat(scheduler.snapshot().backlogMicros()).isZero();
  }

  @Test
  void shouldTakeItsGuidedTwinAlongWhenARunIsAlone() {
    RunSpec plain = Runs.spec(2);
    SamplingSettings guided =
        new SamplingSettings(
            2,
            UnmaskingOrder.CONFIDENCE,
            plain.settings().rule(),
            1f,
            1f,
            0,
            1.5f,
            0,
            1f,
            List.of(),
            3);
    submit(Runs.spec(2), new Recorder());
    submit(Runs.alone(Runs.spec(plain.plan(), guided)), new Recorder());
    finish();
    assertThat(forward.calls).extracting(HashForwardPass.Call::rows).containsExactly(2, 2, 1, 1);
  }

  @Test
  void shouldStayAloneThroughAllPassesUntilItIsShared() {
    DocumentPlan twoPasses = Runs.inPasses(Runs.plan(6), 2);
    RunSpec spec = Runs.spec(twoPasses, Runs.settings(3, UnmaskingOrder.CONFIDENCE, 1));
    Recorder company = new Recorder();
    submit(Runs.spec(9), company);
    Recorder alone = new Recorder();
    Row row = submit(Runs.alone(spec), alone);
    for (int step = 0; step < 4; step++) {
      scheduler.step();
    }
    assertThat(company.steps()).isEmpty();
    assertThat(row.progress().pass()).isEqualTo(2);
    scheduler.share(row);
    scheduler.share(row);
    scheduler.step();
    assertThat(company.sequences()).containsExactly(5L);
    finish();
    scheduler.share(row);
    assertThat(scheduler.hasWork()).isFalse();
    assertThat(alone.finished().masked()).isZero();
  }

  @Test
  void shouldStayInCompanyInItsNextPassWhenItWasShared() {
    DocumentPlan twoPasses = Runs.inPasses(Runs.plan(6), 2);
    Recorder alone = new Recorder();
    RunSpec spec = Runs.spec(twoPasses, Runs.settings(3, UnmaskingOrder.CONFIDENCE, 1));
    Row row = submit(Runs.alone(spec), alone);
    scheduler.step();
    scheduler.share(row);
    Recorder company = new Recorder();
    submit(Runs.spec(6), company);
    finish();
    assertThat(company.sequences()).containsExactly(2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(alone.sequences()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void shouldGiveTheDeviceBackWhenARunThatIsAloneIsCancelled() {
    Recorder company = new Recorder();
    submit(Runs.spec(2), company);
    Recorder alone = new Recorder();
    Row row = submit(Runs.alone(Runs.spec(5)), alone);
    scheduler.step();
    scheduler.cancel(row);
    scheduler.cancel(row);
    scheduler.share(row);
    assertThat(alone.cancelledAfter()).isEqualTo(1);
    finish();
    assertThat(company.sequences()).containsExactly(2L, 3L);
  }

  /** A run of the policy: how many steps it has left, and whether it is alone. */
  private static final class Run {
    final int number;
    int left;
    boolean alone;

    Run(int number, int left, boolean alone) {
      this.number = number;
      this.left = left;
      this.alone = alone;
    }
  }

  @Property(tries = 300)
  void shouldServeRunsThatAreAloneByThemselvesAndLeaveNobodyBehindWhateverComes(
      @ForAll @IntRange(min = 1, max = 9) int slots, @ForAll long seed) {
    Random random = new Random(seed);
    BatchPolicy<Run> policy =
        new BatchPolicy<>(
            List.of(
                new BatchPolicy.Served(512, StepCost.FLAT),
                new BatchPolicy.Served(256, StepCost.UNMEASURED)),
            EngineOptions.DEFAULT.withSlots(slots));
    Map<Integer, ScheduledRun<Run>> live = new HashMap<>();
    int stepsLeft = 0;
    int number = 0;
    for (int event = 0; event < 120 || policy.size() > 0; event++) {
      int what = event < 120 ? random.nextInt(8) : 7;
      if (what < 3) {
        ScheduledRun<Run> scheduled = add(policy, random, number);
        stepsLeft += scheduled.run().left;
        live.put(number++, scheduled);
      } else if (what == 3 && !live.isEmpty()) {
        ScheduledRun<Run> gone = any(live, random);
        stepsLeft -= gone.run().left;
        assertThat(policy.remove(gone)).isTrue();
        assertThat(policy.remove(gone)).isFalse();
        live.remove(gone.run().number);
        policy.share(gone);
      } else if (what == 4 && !live.isEmpty()) {
        ScheduledRun<Run> shared = any(live, random);
        policy.share(shared);
        shared.run().alone = false;
      } else {
        stepsLeft -= step(policy, live);
      }
      assertThat(policy.size()).isEqualTo(live.size());
    }
    assertThat(stepsLeft).isZero();
    assertThat(policy.backlogMicros()).isZero();
  }

  private static ScheduledRun<Run> add(BatchPolicy<Run> policy, Random random, int number) {
    Run run = new Run(number, 1 + random.nextInt(4), random.nextInt(3) == 0);
    ScheduledRun.Demand demand =
        new ScheduledRun.Demand(
            1 + random.nextInt(256),
            1 + random.nextInt(2),
            random.nextInt(3),
            Long.MAX_VALUE,
            random.nextInt(50),
            number,
            "flow" + random.nextInt(3),
            run.alone);
    int model = random.nextInt(2);
    double work = policy.workMicros(model, demand.length(), demand.slots(), run.left);
    return policy.add(model, run, demand, work);
  }

  private static ScheduledRun<Run> any(Map<Integer, ScheduledRun<Run>> live, Random random) {
    return List.copyOf(live.values()).get(random.nextInt(live.size()));
  }

  /** One forward pass; returns the steps that it took. */
  private static int step(BatchPolicy<Run> policy, Map<Integer, ScheduledRun<Run>> live) {
    Optional<ScheduledRun<Run>> first =
        live.values().stream()
            .filter(scheduled -> scheduled.run().alone)
            .min(
                comparingLong((ScheduledRun<Run> scheduled) -> scheduled.demand().acceptedMicros())
                    .thenComparing(scheduled -> scheduled.demand().arrival()));
    Optional<Batch<Run>> batch = policy.next(0);
    assertThat(batch.isPresent()).isEqualTo(!live.isEmpty());
    if (batch.isEmpty()) {
      return 0;
    }
    List<ScheduledRun<Run>> runs = List.copyOf(batch.get().runs());
    first.ifPresent(alone -> assertThat(runs).containsExactly(alone));
    for (ScheduledRun<Run> scheduled : runs) {
      scheduled.run().left--;
      if (scheduled.run().left == 0) {
        assertThat(policy.remove(scheduled)).isTrue();
        live.remove(scheduled.run().number);
      }
    }
    return runs.size();
  }
}
