package dev.lacuna.runtime.engine.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lacuna.runtime.engine.HashForwardPass;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.schedule.BatchPolicy;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.TestFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostProbeTest {

  /** A device whose clock moves by what a formula says. */
  private static final class Device extends HashForwardPass {
    private final StepCost cost;
    final List<String> shapes = new ArrayList<>();
    long nanos;

    Device(StepCost cost) {
      super(500);
      this.cost = cost;
    }

    @Override
    public void run(StepBatch batch) {
      super.run(batch);
      shapes.add(batch.rows + " x " + batch.length + ", " + batch.positions);
      nanos += Math.round(1e3 * cost.micros(batch.rows, batch.length, batch.positions));
    }
  }

  private static CostCurve measure(Device device, int canvasLimit, Duration budget) {
    ModelFacts facts = TestFacts.named("m", canvasLimit, 500);
    return CostProbe.measure(facts, device, EngineOptions.AUTO, budget, () -> device.nanos);
  }

  @Test
  void shouldTryNoLargerBatchThanWillRunWhenSlotsAreBounded() {
    Device device = new Device((rows, length, positions) -> 4_000);
    ModelFacts facts = TestFacts.named("m", 256, 500);
    CostProbe.measure(facts, device, 5, Duration.ofMinutes(1), () -> device.nanos);
    assertThat(device.shapes).contains("4 x 256, 1024").noneMatch(s -> s.startsWith("8 x 256"));
  }

  @Test
  void shouldFindWhatShapesCostWhenTheDeviceIsBusyAtOnce() {
    StepCost real =
        (rows, length, positions) -> 20.0 * rows * length * (1 + length / 800.0) + 5.0 * positions;
    Device device = new Device(real);
    CostCurve curve = measure(device, 1024, Duration.ofMinutes(1));
    assertThat(curve.length()).isEqualTo(256);
    assertThat(curve.micros(2, 256, 512)).isCloseTo(real.micros(2, 256, 512), within(1.0));
    assertThat(curve.micros(1, 256, 128) / real.micros(1, 256, 128)).isCloseTo(1, within(0.02));
    assertThat(curve.micros(1, 1024, 512) / real.micros(1, 1024, 512)).isCloseTo(1, within(0.1));
    assertThat(BatchPolicy.saturatingRows(curve, 256)).isLessThanOrEqualTo(2);
  }

  @Test
  void shouldFindTheBatchThatSaturates() {
    Device device = new Device((rows, length, positions) -> Math.max(4_000, 0.5 * rows * length));
    CostCurve curve = measure(device, 256, Duration.ofMinutes(1));
    assertThat(BatchPolicy.saturatingRows(curve, 256)).isBetween(28, 32);
    assertThat(BatchPolicy.saturatingRows(curve, 64)).isBetween(112, 128);
    assertThat(curve.attentionLength()).isInfinite();
  }

  @Test
  void shouldTryNoFurtherShapeWhenTheTimeIsUp() {
    Device device = new Device((rows, length, positions) -> 1e6 * length);
    CostCurve curve = measure(device, 256, Duration.ofSeconds(1));
    assertThat(device.shapes).containsExactly("1 x 32, 32");
    assertThat(curve.points()).containsExactly(new CostCurve.Point(32, 32e6));
    assertThat(curve.micros(1, 256, 128)).isCloseTo(8 * 32e6, within(1.0));
  }

  @Test
  void shouldTryNoLargerBatchWhenOneIsTooMuchForTheDevice() {
    StepCost cost =
        (rows, length, positions) -> {
          if (rows > 2) {
            throw new IllegalStateException("out of memory");
          }
          return 4_000;
        };
    Device device = new Device(cost);
    CostCurve curve = measure(device, 256, Duration.ofMinutes(1));
    assertThat(curve.points()).endsWith(new CostCurve.Point(512, 4_000));
    assertThat(device.shapes).endsWith("4 x 256, 1024");
    assertThat(BatchPolicy.saturatingRows(curve, 256)).isEqualTo(2);
  }

  @Test
  void shouldThrowWhatTheDeviceThrowsWhenNoShapeWorks() {
    StepCost cost =
        (rows, length, positions) -> {
          throw new IllegalStateException("no kernel");
        };
    assertThatThrownBy(() -> measure(new Device(cost), 256, Duration.ofMinutes(1)))
        .hasMessage("no kernel");
  }

  @Test
  void shouldMeasureModelsOfVeryShortCanvases() {
    Device device = new Device((rows, length, positions) -> 7.0 * rows * length);
    CostCurve curve = measure(device, 3, Duration.ofSeconds(1));
    assertThat(curve.micros(4, 3, 12)).isCloseTo(7.0 * 12, within(0.1));
  }

  @Test
  void shouldRefuseCurvesThatAreNone() {
    assertThatThrownBy(() -> new CostCurve(256, List.of(), 1, 0))
        .hasMessageContaining("without points");
    List<CostCurve.Point> descending =
        List.of(new CostCurve.Point(64, 5), new CostCurve.Point(32, 6));
    assertThatThrownBy(() -> new CostCurve(256, descending, 1, 0))
        .hasMessageContaining("must ascend");
  }

  @Test
  void shouldInterpolateBetweenPointsAndGrowInProportionBeyondThem() {
    CostCurve curve =
        new CostCurve(
            100,
            List.of(new CostCurve.Point(100, 10), new CostCurve.Point(300, 20)),
            Double.POSITIVE_INFINITY,
            0.02);
    assertThat(curve.micros(1, 50, 50)).isEqualTo(10);
    assertThat(curve.micros(2, 100, 200)).isEqualTo(15);
    assertThat(curve.micros(6, 100, 600)).isEqualTo(40);
    assertThat(curve.micros(2, 100, 100)).isEqualTo(13);
  }
}
