package dev.lacuna.benchmarks.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.benchmarks.simulation.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the batch policy has to reach on the cost curves that come with the program. */
class ScheduleSimulationTest {

  private static final List<ScheduleSimulation.Row> ROWS =
      ScheduleSimulation.run(DeviceCurve.committed(), 1);

  private static ScheduleSimulation.Row row(String curve, String trace, Policy policy) {
    return ROWS.stream()
        .filter(row -> row.curve().name().equals(curve))
        .filter(row -> row.trace().name().equals(trace))
        .filter(row -> row.policy() == policy)
        .findAny()
        .orElseThrow();
  }

  private static double latency(ScheduleSimulation.Row row) {
    return row.result().waits().get(0).meanLatencyMillis();
  }

  @Test
  void shouldHaveMoreThroughputThanMergingEqualStepsOnAMixedBacklog() {
    assertThat(row("gpu", "mixed", Policy.LACUNA).overEqualSteps()).isGreaterThan(1.5);
    assertThat(row("cpu", "mixed", Policy.LACUNA).overEqualSteps()).isGreaterThan(1.0);
    assertThat(row("gpu", "mixed", Policy.LACUNA).overRoundRobin()).isGreaterThan(1.05);
    assertThat(row("cpu", "mixed", Policy.LACUNA).overRoundRobin()).isGreaterThan(1.1);
  }

  @Test
  void shouldPadLessThanATenthOfAMixedBacklog() {
    assertThat(row("gpu", "mixed", Policy.LACUNA).result().padding()).isLessThan(0.1);
    assertThat(row("cpu", "mixed", Policy.LACUNA).result().padding()).isLessThan(0.02);
  }

  @Test
  void shouldAnswerSoonerThanTheOthersWhenRunsArriveOneByOne() {
    for (String curve : List.of("cpu", "gpu")) {
      double own = latency(row(curve, "mixed-online", Policy.LACUNA));
      assertThat(own).isLessThan(latency(row(curve, "mixed-online", Policy.EQUAL_STEPS)));
      assertThat(own).isLessThan(latency(row(curve, "mixed-online", Policy.ROUND_ROBIN)));
    }
  }

  @Test
  void shouldLetHigherPrioritiesWaitLess() {
    for (String curve : List.of("cpu", "gpu")) {
      assertThat(row(curve, "priorities", Policy.LACUNA).result().waits())
          .extracting(wait -> wait.meanMillis())
          .isSorted();
    }
  }

  private static final List<TenantSimulation.Row> TENANTS =
      TenantSimulation.run(DeviceCurve.committed(), 1);

  private static TenantSimulation.Row tenant(String curve, String sharing, String flow) {
    return TENANTS.stream()
        .filter(row -> row.curve().name().equals(curve))
        .filter(row -> row.sharing().equals(sharing))
        .filter(row -> row.tenant().flow().equals(flow))
        .findAny()
        .orElseThrow();
  }

  @Test
  void shouldServeASmallTenantSoonBesideABulkJobWhenSharesAreFair() {
    for (String curve : List.of("cpu", "gpu")) {
      var without = tenant(curve, "none", "small").tenant();
      var fair = tenant(curve, "fair 1:1", "small").tenant();
      var heavy = tenant(curve, "fair 1:4", "small").tenant();
      assertThat(fair.p95LatencyMillis()).isLessThan(without.p95LatencyMillis() / 50);
      assertThat(fair.meanLatencyMillis()).isLessThan(4 * fair.meanAloneMillis());
      assertThat(heavy.meanLatencyMillis()).isLessThan(fair.meanLatencyMillis());
    }
  }

  @Test
  void shouldCostTheBulkJobLittleMoreThanTheSmallTenantsShare() {
    for (String curve : List.of("cpu", "gpu")) {
      var without = tenant(curve, "none", "bulk").tenant();
      var fair = tenant(curve, "fair 1:1", "bulk").tenant();
      assertThat(fair.endSeconds()).isLessThan(1.1 * without.endSeconds());
    }
  }
}
