package dev.lacuna.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.testbed.Records;
import dev.lacuna.wire.StepTiming;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepSeriesTest {

  @Test
  void shouldCountAForwardPassOnceWhenRowsShareIt() {
    List<StepTiming> timings =
        List.of(
            Records.timing("a", 1, 2, 2),
            Records.timing("b", 1, 1, 1),
            Records.timing("a", 1, 1, 2));

    assertThat(StepSeries.stepMillis(timings)).containsExactly(1.1, 2.1);
  }

  @Test
  void shouldSumMasksOverRunsAndEndWithNone() {
    List<StepTiming> timings =
        List.of(
            Records.timing("a", 1, 1, 3),
            Records.timing("a", 1, 2, 3),
            Records.timing("a", 1, 3, 3),
            Records.timing("b", 1, 1, 1));

    assertThat(StepSeries.masksLeft(timings)).containsExactly(4, 2, 1, 0);
    assertThat(StepSeries.masksLeft(List.of())).isEmpty();
  }

  @Test
  void shouldCountStepsOnFromPassToPass() {
    List<StepTiming> timings =
        List.of(
            Records.timing("a", 1, 2, 1, 2),
            Records.timing("a", 1, 1, 1, 1),
            Records.timing("a", 1, 2, 2, 2),
            Records.timing("b", 1, 1, 1, 1));

    assertThat(StepSeries.masksLeft(timings)).containsExactly(4, 2, 1, 0);
  }
}
