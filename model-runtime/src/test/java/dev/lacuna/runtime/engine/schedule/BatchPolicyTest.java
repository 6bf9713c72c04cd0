package dev.lacuna.runtime.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepCost;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BatchPolicyTest {

  /** A device that takes as long for one token as for 1000, and for more in proportion. */
  private static final StepCost SATURATED_BY_1000 =
      (rows, length, positions) -> Math.max(1000, rows * length);

  private static final EngineOptions AUTO = EngineOptions.DEFAULT.withSlots(EngineOptions.AUTO);

  private long arrivals;

  private static BatchPolicy<String> policy(StepCost cost, EngineOptions options) {
    return new BatchPolicy<>(List.of(new BatchPolicy.Served(1024, cost)), options);
  }

  private ScheduledRun<String> add(
      BatchPolicy<String> policy, String name, int length, int steps, int priority) {
    var demand = new ScheduledRun.Demand(length, 1, priority, Long.MAX_VALUE, ++arrivals, arrivals);
    return policy.add(0, name, demand, policy.workMicros(0, length, 1, steps));
  }

  private static Set<String> names(Optional<Batch<String>> batch) {
    return batch.orElseThrow().runs().stream().map(ScheduledRun::run).collect(Collectors.toSet());
  }

  @Test
  void shouldChooseNoneWhenThereIsNoWork() {
    assertThat(policy(StepCost.FLAT, AUTO).next(0)).isEmpty();
  }

  @Test
  void shouldTakeAsManyRowsAsSaturateTheDevice() {
    BatchPolicy<String> policy = policy(SATURATED_BY_1000, AUTO);
    for (int i = 0; i < 30; i++) {
      add(policy, "short" + i, 100, 1, 1);
      add(policy, "long" + i, 500, 1, 0);
    }
    Batch<String> first = policy.next(0).orElseThrow();
    // 9 rows of 104 tokens cost 1000 / 9 = 111 a row, at most 1.1 times the 104 of many rows.
    assertThat(first.rows()).isEqualTo(9).isEqualTo(first.slots());
    assertThat(first.length()).isEqualTo(104);
    first.runs().forEach(policy::remove);
    for (int i = 0; i < 3; i++) {
      policy.next(0).orElseThrow().runs().forEach(policy::remove);
    }
    Batch<String> last = policy.next(0).orElseThrow();
    assertThat(last.length()).isEqualTo(504);
    assertThat(last.rows()).isEqualTo(2);
  }

  @Test
  void shouldTakeAsManyRowsAsStatedWhenTheNumberOfSlotsIs() {
    BatchPolicy<String> policy = policy(SATURATED_BY_1000, AUTO.withSlots(5));
    for (int i = 0; i < 7; i++) {
      add(policy, "run" + i, 400 + i, 1, 0);
    }
    assertThat(policy.next(0).orElseThrow().rows()).isEqualTo(5);
  }

  @Test
  void shouldPadShorterRunsWhenTheDeviceHasRoom() {
    BatchPolicy<String> policy = policy(SATURATED_BY_1000, AUTO);
    add(policy, "short", 60, 1, 1);
    add(policy, "long", 300, 1, 0);
    Optional<Batch<String>> both = policy.next(0);
    assertThat(names(both)).containsExactlyInAnyOrder("short", "long");
    assertThat(both.orElseThrow().length()).isEqualTo(304);
  }

  @Test
  void shouldNotPadShorterRunsWhenPaddingCostsAsMuchAsTokens() {
    BatchPolicy<String> policy = policy(StepCost.UNMEASURED, AUTO.withSlots(8));
    add(policy, "short", 60, 1, 0);
    add(policy, "long", 300, 1, 1);
    assertThat(names(policy.next(0))).containsExactly("long");
  }

  @Test
  void shouldLeaveOutRunsThatWouldMakeTheForwardPassLessEfficient() {
    BatchPolicy<String> policy = policy(SATURATED_BY_1000, AUTO.withSlots(8));
    for (int i = 0; i < 3; i++) {
      add(policy, "long" + i, 512, 1, 1);
      add(policy, "short" + i, 64, 1, 0);
    }
    assertThat(names(policy.next(0))).containsExactlyInAnyOrder("long0", "long1", "long2");
  }

  @Test
  void shouldServeTheShorterRunFirstWhenBothCameAtOnce() {
    BatchPolicy<String> policy = policy(StepCost.UNMEASURED, AUTO);
    add(policy, "much", 512, 64, 0);
    add(policy, "little", 64, 8, 0);
    assertThat(names(policy.next(0))).containsExactly("little");
  }

  @Test
  void shouldServeTheOlderRunFirstWhenItIsOlderByMoreThanTheStretchOfItsWork() {
    BatchPolicy<String> policy = policy(StepCost.UNMEASURED, AUTO);
    add(policy, "much", 512, 64, 0);
    arrivals += Math.round(512 * 64 * BatchPolicy.STRETCH);
    add(policy, "little", 64, 8, 0);
    assertThat(names(policy.next(0))).containsExactly("much");
  }

  @Test
  void shouldPauseARunWhenOneOfHigherPriorityComes() {
    BatchPolicy<String> policy = policy(StepCost.UNMEASURED, AUTO);
    add(policy, "low", 64, 8, 0);
    assertThat(names(policy.next(0))).containsExactly("low");
    ScheduledRun<String> high = add(policy, "high", 64, 1, 1);
    assertThat(names(policy.next(0))).containsExactly("high");
    policy.remove(high);
    assertThat(names(policy.next(0))).containsExactly("low");
  }

  @Test
  void shouldEstimateTheWorkLeft() {
    BatchPolicy<String> policy = policy(StepCost.UNMEASURED, AUTO);
    add(policy, "a", 64, 3, 1);
    ScheduledRun<String> b = add(policy, "b", 512, 2, 0);
    assertThat(policy.backlogMicros()).isCloseTo(3 * 64 + 2 * 512, within(1e-6));
    policy.next(0);
    assertThat(policy.backlogMicros()).isCloseTo(2 * 64 + 2 * 512, within(1e-6));
    assertThat(policy.remove(b)).isTrue();
    assertThat(policy.remove(b)).isFalse();
    assertThat(policy.backlogMicros()).isCloseTo(2 * 64, within(1e-6));
  }
}
