package dev.lacuna.benchmarks.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.runtime.engine.api.StepCost;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {

  private static final StepCost TEN_A_TOKEN = (rows, length, positions) -> 10.0 * rows * length;
  private static final StepCost ROOMY =
      (rows, length, positions) -> Math.max(20_000, 10.0 * rows * length);

  private static ArrivalTrace trace(Arrival... arrivals) {
    return new ArrivalTrace("test", "", Integer.MAX_VALUE, List.of(arrivals));
  }

  @ParameterizedTest
  @EnumSource(Policy.class)
  void shouldTakeTheTimeOfItsForwardPassesWhenARunIsAlone(Policy policy) {
    SimulationResult result =
        Simulation.run(trace(new Arrival(5_000, 64, 3, 0)), TEN_A_TOKEN, policy);
    assertThat(result.passes()).isEqualTo(3);
    assertThat(result.seconds()).isCloseTo(0.005 + 3 * 640e-6, within(1e-9));
    assertThat(result.waits().get(0).meanMillis()).isCloseTo(0, within(1e-9));
    assertThat(result.waits().get(0).meanLatencyMillis()).isCloseTo(1.92, within(1e-9));
    assertThat(result.fairness()).isCloseTo(1, within(1e-9));
    assertThat(result.meanSlowdown()).isCloseTo(1, within(1e-9));
    assertThat(result.padding()).isZero();
  }

  @Test
  void shouldCountPaddingAndSlots() {
    SimulationResult result =
        Simulation.run(
            trace(new Arrival(0, 1024, 2, 0), new Arrival(0, 512, 2, 0)), ROOMY, Policy.LACUNA);
    assertThat(result.passes()).isEqualTo(2);
    assertThat(result.padding()).isCloseTo(0.25, within(1e-9));
    assertThat(result.occupancy()).isCloseTo(1, within(1e-9));
  }

  @Test
  void shouldRunABatchToItsEndWhenOnlyEqualStepsMerge() {
    SimulationResult result =
        Simulation.run(
            trace(
                new Arrival(0, 100, 4, 0),
                new Arrival(0, 110, 4, 0),
                new Arrival(0, 110, 2, 5),
                new Arrival(1, 110, 4, 9)),
            ROOMY,
            Policy.EQUAL_STEPS);
    // Two steps of priority 5, four of priority 9 with both of as many steps.
    assertThat(result.passes()).isEqualTo(6);
    assertThat(result.waits()).extracting(SimulationResult.Wait::priority).containsExactly(9, 5, 0);
    assertThat(result.waits().get(0).meanMillis()).isCloseTo(40, within(0.01));
    assertThat(result.waits().get(2).meanMillis()).isCloseTo(40, within(0.01));
  }

  @Test
  void shouldAcceptNoMoreThanMayBeOutstanding() {
    ArrivalTrace one =
        new ArrivalTrace(
            "test", "", 1, List.of(new Arrival(0, 64, 2, 0), new Arrival(0, 64, 2, 0)));
    SimulationResult result = Simulation.run(one, ROOMY, Policy.LACUNA);
    assertThat(result.passes()).isEqualTo(4);
    assertThat(result.waits().get(0).meanMillis()).isCloseTo(0, within(1e-3));
  }

  @Test
  void shouldGiveTheSameWhenRunAgain() {
    List<ArrivalTrace> traces = ArrivalTraces.all(TEN_A_TOKEN, 7);
    assertThat(ArrivalTraces.all(TEN_A_TOKEN, 7)).isEqualTo(traces);
    assertThat(ArrivalTraces.all(TEN_A_TOKEN, 8)).isNotEqualTo(traces);
    ArrivalTrace trace = traces.get(4);
    assertThat(Simulation.run(trace, ROOMY, Policy.LACUNA))
        .isEqualTo(Simulation.run(trace, ROOMY, Policy.LACUNA));
  }

  @Test
  void shouldBeBoundByMemoryThenByProducts() {
    Roofline device = new Roofline(100, 1e9, 1e12, 1e6, 1e6, 1, 10, 100);
    assertThat(device.micros(1, 10, 10)).isCloseTo(100 + 1000, within(1e-6));
    double flops = 2e6 * 10_000 + 4.0 * 10 * 10_000 * 100 + 2.0 * 10 * 100 * 5_000;
    assertThat(device.micros(100, 100, 5_000)).isCloseTo(100 + flops / 1e6, within(1e-6));
  }
}
