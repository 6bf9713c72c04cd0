package dev.lacuna.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterleavedTest {

  @Test
  void shouldTakeTurnsAndCountNoWarmUp() throws Exception {
    List<String> ran = new ArrayList<>();
    Interleaved.Samples samples =
        new Interleaved().add("a", () -> ran.add("a")).add("b", () -> ran.add("b")).run(1, 2);
    assertThat(ran).containsExactly("a", "b", "a", "b", "a", "b");
    assertThat(samples.millis().get("a")).hasSize(2);
    assertThat(samples.millis().get("b")).hasSize(2);
  }

  @Test
  void shouldCompareWithinRoundsWhenTheMachineSlowsDown() {
    Interleaved.Samples samples =
        new Interleaved.Samples(
            Map.of("step", List.of(10.0, 30.0, 50.0), "floor", List.of(5.0, 10.0, 25.0)));
    assertThat(samples.median("step")).isEqualTo(30);
    assertThat(samples.medianRatio("step", "floor")).isCloseTo(2, within(1e-12));
    assertThatThrownBy(() -> samples.median("other")).hasMessageContaining("other");
  }

  @Test
  void shouldTakeTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Median.of(3, 1, 2)).isEqualTo(2);
    assertThat(Median.of(4, 1, 2, 10)).isEqualTo(3);
  }

  @Test
  void shouldRefuseToMeasureNothing() {
    assertThatThrownBy(() -> new Interleaved().run(1, 0)).hasMessageContaining("rounds is 0");
    assertThatThrownBy(() -> new Interleaved().add("a", () -> {}).add("a", () -> {}))
        .hasMessageContaining("'a'");
  }
}
