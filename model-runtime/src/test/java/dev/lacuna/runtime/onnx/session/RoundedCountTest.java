package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundedCountTest {

  @Test
  void shouldAddLessThanATenthWhenRounding() {
    for (int count = 0; count <= 70_000; count++) {
      int rounded = RoundedCount.of(count);
      assertThat(rounded).isGreaterThanOrEqualTo(count);
      assertThat(10L * (rounded - count)).as("%d", count).isLessThanOrEqualTo(count);
      assertThat(RoundedCount.of(rounded)).isEqualTo(rounded);
    }
  }

  @Test
  void shouldLeaveFewNumbersWhenThereAreMany() {
    assertThat(IntStream.rangeClosed(1, 65_536).map(RoundedCount::of).distinct().count())
        .isEqualTo(32 + 11 * 16);
  }
}
