package dev.lacuna.runtime.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.cost.CostCurve;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What the policy promises whatever comes. */
class BatchPolicyPropertiesTest {

  private static final int LIMIT = 512;

  /** A run and how many steps it has left. */
  private static final class Run {
    final int number;
    int left;

    Run(int number, int steps) {
      this.number = number;
      this.left = steps;
    }
  }

  private static ScheduledRun<Run> add(
      BatchPolicy<Run> policy, int number, int length, int slots, int steps, int priority) {
    var demand = new ScheduledRun.Demand(length, slots, priority, Long.MAX_VALUE, number, number);
    double work = policy.workMicros(0, length, slots, steps);
    return policy.add(0, new Run(number, steps), demand, work);
  }

  private static void step(BatchPolicy<Run> policy, Batch<Run> batch) {
    for (ScheduledRun<Run> scheduled : List.copyOf(batch.runs())) {
      scheduled.run().left--;
      if (scheduled.run().left == 0) {
        assertThat(policy.remove(scheduled)).isTrue();
      }
    }
  }

  @Provide
  static Arbitrary<StepCost> costs() {
    return Arbitraries.of(
        StepCost.UNMEASURED,
        StepCost.FLAT,
        (rows, length, positions) -> 500 + rows * length,
        (rows, length, positions) -> Math.max(2000, rows * length * (1 + length / 256.0)),
        new CostCurve(
            256, List.of(new CostCurve.Point(64, 5), new CostCurve.Point(512, 20)), 700, 0.01));
  }

  @Property(tries = 300)
  void shouldTakeEveryRunToItsEndInBatchesThatHoldIt(
      @ForAll("costs") StepCost cost,
      @ForAll @IntRange(min = 0, max = 9) int slots,
      @ForAll long seed) {
    BatchPolicy<Run> policy =
        new BatchPolicy<>(
            List.of(new BatchPolicy.Served(LIMIT, cost)), EngineOptions.DEFAULT.withSlots(slots));
    Random random = new Random(seed);
    int stepsLeft = 0;
    for (int i = 0; i < 25; i++) {
      int steps = 1 + random.nextInt(6);
      stepsLeft += steps;
      add(policy, i, 1 + random.nextInt(LIMIT), 1 + random.nextInt(2), steps, random.nextInt(3));
    }
    while (policy.size() > 0) {
      Batch<Run> batch = policy.next(0).orElseThrow();
      HashSet<Run> different = new HashSet<>();
      int rows = 0;
      for (ScheduledRun<Run> scheduled : batch.runs()) {
        assertThat(different.add(scheduled.run())).isTrue();
        assertThat(scheduled.demand().length()).isLessThanOrEqualTo(batch.length());
        rows += scheduled.demand().slots();
      }
      assertThat(batch.rows()).isEqualTo(rows);
      assertThat(rows <= batch.slots() || batch.runs().size() == 1).isTrue();
      stepsLeft -= batch.runs().size();
      step(policy, batch);
    }
    assertThat(stepsLeft).isZero();
    assertThat(policy.backlogMicros()).isZero();
  }

  @Property(tries = 200)
  void shouldServeTheOldestRunInEveryRoundHoweverMuchOfHigherPriorityComes(
      @ForAll @IntRange(min = 1, max = 12) int oldestEvery,
      @ForAll @IntRange(min = 1, max = 4) int slots,
      @ForAll @IntRange(min = 1, max = 8) int waiting,
      @ForAll @IntRange(min = 1, max = 5) int steps) {
    BatchPolicy<Run> policy =
        new BatchPolicy<>(
            List.of(new BatchPolicy.Served(LIMIT, StepCost.UNMEASURED)),
            EngineOptions.DEFAULT.withSlots(slots),
            oldestEvery);
    Map<Integer, Integer> endedAfter = new HashMap<>();
    int number = 0;
    for (; number < waiting; number++) {
      add(policy, number, 64, 1, steps, 0);
    }
    int promised = oldestEvery * waiting * steps;
    for (int pass = 1; pass <= promised; pass++) {
      for (int urgent = 0; urgent < slots; urgent++) {
        add(policy, number++, 64, 1, 1, 100);
      }
      Batch<Run> batch = policy.next(0).orElseThrow();
      step(policy, batch);
      for (ScheduledRun<Run> scheduled : batch.runs()) {
        if (scheduled.run().left == 0) {
          endedAfter.put(scheduled.run().number, pass);
        }
      }
    }
    for (int run = 0; run < waiting; run++) {
      assertThat(endedAfter.get(run))
          .as("run %d of %d", run, waiting)
          .isNotNull()
          .isLessThanOrEqualTo(oldestEvery * steps * (run + 1));
    }
  }

  @Property(tries = 200)
  void shouldEndTheOldestRunWithinTheTimePromisedWhateverLengthsCome(
      @ForAll("costs") StepCost cost,
      @ForAll @IntRange(min = 1, max = 10) int oldestEvery,
      @ForAll @IntRange(min = 1, max = LIMIT) int length,
      @ForAll long seed) {
    BatchPolicy<Run> policy =
        new BatchPolicy<>(
            List.of(new BatchPolicy.Served(LIMIT, cost)),
            EngineOptions.DEFAULT.withSlots(EngineOptions.AUTO),
            oldestEvery);
    Random random = new Random(seed);
    int steps = 3;
    ScheduledRun<Run> oldest = add(policy, 0, length, 1, steps, -100);
    double promisedBetween = (oldestEvery - 1) * oldest.worthMicros();
    double since = 0;
    double longestOther = 0;
    for (int number = 1; oldest.run().left > 0; number++) {
      add(policy, number, 1 + random.nextInt(LIMIT), 1, 1, 100);
      Batch<Run> batch = policy.next(0).orElseThrow();
      if (batch.runs().contains(oldest)) {
        assertThat(since).isLessThanOrEqualTo(promisedBetween + longestOther + 1e-6);
        since = 0;
      } else {
        longestOther = Math.max(longestOther, batch.micros());
        since += batch.micros();
        assertThat(since).isLessThanOrEqualTo(promisedBetween + longestOther + 1e-6);
      }
      step(policy, batch);
    }
  }

  @Property(tries = 50)
  void shouldDecideTheSameWheneverTheSameComes(@ForAll("costs") StepCost cost, @ForAll long seed) {
    assertThat(history(cost, seed)).isEqualTo(history(cost, seed)).isNotEmpty();
  }

  private static List<List<Integer>> history(StepCost cost, long seed) {
    BatchPolicy<Run> policy =
        new BatchPolicy<>(
            List.of(new BatchPolicy.Served(LIMIT, cost)),
            EngineOptions.DEFAULT.withSlots(EngineOptions.AUTO));
    Random random = new Random(seed);
    List<List<Integer>> history = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      add(policy, i, 1 + random.nextInt(LIMIT), 1, 1 + random.nextInt(4), random.nextInt(2));
    }
    Optional<Batch<Run>> batch = policy.next(0);
    while (batch.isPresent()) {
      history.add(batch.get().runs().stream().map(scheduled -> scheduled.run().number).toList());
      step(policy, batch.get());
      batch = policy.next(0);
    }
    return history;
  }
}
