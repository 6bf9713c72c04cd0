package dev.lacuna.runtime.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Priorities rise with age. */
class AgeingTest {

  private static final long PERIOD = 1_000_000;

  private final BatchPolicy<String> policy = policy(PERIOD);
  private long arrivals;

  private static <T> BatchPolicy<T> policy(long period) {
    return new BatchPolicy<>(
        List.of(new BatchPolicy.Served(512, StepCost.UNMEASURED)),
        EngineOptions.DEFAULT.withSlots(1).withAging(period),
        1_000_000);
  }

  private ScheduledRun<String> add(String name, int priority, long acceptedMicros) {
    var demand =
        new ScheduledRun.Demand(64, 1, priority, Long.MAX_VALUE, acceptedMicros, ++arrivals);
    return policy.add(0, name, demand, 64);
  }

  private String leader(long nowMicros) {
    return policy.next(nowMicros).orElseThrow().runs().get(0).run();
  }

  @Test
  void shouldOvertakeAYoungerRunOfHigherPriorityWhenItHasWaitedLongEnough() {
    ScheduledRun<String> low = add("low", 0, 0);
    ScheduledRun<String> high = add("high", 3, 2 * PERIOD + 1);
    assertThat(leader(2 * PERIOD + 1)).isEqualTo("high");
    assertThat(low.priority()).isEqualTo(2);
    assertThat(leader(3 * PERIOD - 1)).isEqualTo("high");
    assertThat(leader(3 * PERIOD)).isEqualTo("low");
    assertThat(low.priority()).isEqualTo(3);
    assertThat(high.priority()).isEqualTo(3);
    assertThat(leader(3 * PERIOD + 1)).isEqualTo("high");
  }

  @Test
  void shouldKeepPrioritiesWhenAgeingIsOff() {
    BatchPolicy<String> without = policy(0);
    ScheduledRun<String> low =
        without.add(0, "low", new ScheduledRun.Demand(64, 1, -5, Long.MAX_VALUE, 0, 1), 64);
    without.next(Long.MAX_VALUE);
    assertThat(low.priority()).isEqualTo(-5);
  }

  @Test
  void shouldKeepWhatARunHasRisenWhenTheClockGoesBack() {
    ScheduledRun<String> run = add("run", 0, 0);
    leader(5 * PERIOD);
    leader(-5 * PERIOD);
    assertThat(run.priority()).isEqualTo(5);
    leader(6 * PERIOD);
    assertThat(run.priority()).isEqualTo(6);
  }

  @Test
  void shouldNotRiseBeforeItsAcceptanceWhenThatIsInTheFuture() {
    ScheduledRun<String> run = add("run", 3, 4 * PERIOD);
    leader(0);
    assertThat(run.priority()).isEqualTo(3);
    leader(5 * PERIOD - 1);
    assertThat(run.priority()).isEqualTo(3);
    leader(5 * PERIOD);
    assertThat(run.priority()).isEqualTo(4);
  }

  @Test
  void shouldRiseFromTheTimeOfItsAcceptanceWhenARunIsSharedLater() {
    var demand = new ScheduledRun.Demand(64, 1, 0, Long.MAX_VALUE, 0, ++arrivals, "", true);
    ScheduledRun<String> alone = policy.add(0, "alone", demand, 64);
    leader(7 * PERIOD);
    policy.share(alone);
    leader(7 * PERIOD);
    assertThat(alone.priority()).isEqualTo(7);
  }

  @Property(tries = 300)
  void shouldOrderRunsWithoutContradictionAndEndThemAllWhateverTheClockDoes(
      @ForAll @IntRange(min = 1, max = 4) int flows, @ForAll long seed) {
    Random random = new Random(seed);
    BatchPolicy<Integer> any = policy(PERIOD);
    Set<Integer> left = new HashSet<>();
    for (int event = 0; event < 60 || any.size() > 0; event++) {
      if (event < 60 && random.nextBoolean()) {
        left.add(event);
        any.add(0, event, demand(random, event, flows), 1 + random.nextInt(100));
        continue;
      }
      any.next(instant(random))
          .ifPresent(
              batch -> {
                checkOrder(any);
                for (ScheduledRun<Integer> scheduled : List.copyOf(batch.runs())) {
                  if (random.nextInt(3) == 0) {
                    assertThat(any.remove(scheduled)).isTrue();
                    assertThat(left.remove(scheduled.run())).isTrue();
                  }
                }
              });
    }
    assertThat(left).isEmpty();
  }

  private static ScheduledRun.Demand demand(Random random, int event, int flows) {
    long deadline = random.nextBoolean() ? Long.MAX_VALUE : instant(random);
    return new ScheduledRun.Demand(
        1 + random.nextInt(40),
        1,
        random.nextInt(201) - 100,
        deadline,
        instant(random),
        event,
        "flow" + random.nextInt(flows),
        random.nextInt(9) == 0);
  }

  /** Mostly instants near each other, and the ends of time. */
  private static long instant(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> Long.MIN_VALUE;
      case 2 -> random.nextLong();
      default -> random.nextInt(500) * (PERIOD / 10);
    };
  }

  /** Every pair of a bucket in the order of its places: so the order has no cycle. */
  private static void checkOrder(BatchPolicy<Integer> any) {
    for (Flow<Integer> flow : any.flows()) {
      List<ScheduledRun<Integer>> all = new ArrayList<>();
      for (RunBucket<Integer> bucket : flow.liveRuns().get(0).buckets()) {
        checkPairs(bucket.runs());
        all.addAll(bucket.runs());
      }
      all.sort(ScheduledRun.BY_RANK);
      checkPairs(all);
    }
  }

  private static void checkPairs(List<ScheduledRun<Integer>> runs) {
    for (int i = 0; i < runs.size(); i++) {
      for (int j = i + 1; j < runs.size(); j++) {
        assertThat(ScheduledRun.BY_RANK.compare(runs.get(i), runs.get(j))).isNegative();
        assertThat(ScheduledRun.BY_RANK.compare(runs.get(j), runs.get(i))).isPositive();
      }
    }
  }
}
