package dev.lacuna.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.simulation.Policy;
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
}
