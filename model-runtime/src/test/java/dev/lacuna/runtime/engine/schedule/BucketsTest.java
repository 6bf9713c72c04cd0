package dev.lacuna.runtime.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BucketsTest {

  @Test
  void shouldHaveEightLengthsToEachDoublingBeyond64() {
    assertThat(IntStream.rangeClosed(1, 64).map(n -> Buckets.lengthFor(n, 256)).distinct())
        .containsExactly(8, 16, 24, 32, 40, 48, 56, 64);
    assertThat(IntStream.rangeClosed(65, 256).map(n -> Buckets.lengthFor(n, 256)).distinct())
        .containsExactly(
            72, 80, 88, 96, 104, 112, 120, 128, 144, 160, 176, 192, 208, 224, 240, 256);
  }

  @Test
  void shouldPadLittleOnAverage() {
    double padded =
        IntStream.rangeClosed(64, 1024).map(n -> Buckets.lengthFor(n, 1024)).average().orElse(0);
    double mean = IntStream.rangeClosed(64, 1024).average().orElse(0);
    assertThat(1 - mean / padded).isBetween(0.02, 0.05);
  }

  @Test
  void shouldEndAtTheLimitWhenItIsNoBucket() {
    assertThat(Buckets.lengthFor(60, 60)).isEqualTo(60);
    assertThat(Buckets.lengthFor(17, 20)).isEqualTo(20);
    assertThat(Buckets.lengthFor(5, 7)).isEqualTo(7);
    assertThat(Buckets.lengthFor(Integer.MAX_VALUE, Integer.MAX_VALUE))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Property
  void shouldHoldTheCanvasAndBoundThePadding(
      @ForAll @IntRange(min = 1, max = 100_000) int length,
      @ForAll @IntRange(min = 0, max = 100_000) int room) {
    int padded = Buckets.lengthFor(length, length + room);
    assertThat(padded).isBetween(length, length + room);
    assertThat(padded <= 64 || 9 * (padded - length) < padded).isTrue();
    assertThat(padded - length).isLessThan(Math.max(8, length / 8 + 1));
  }

  @Test
  void shouldRefuseACanvasBeyondTheLimit() {
    assertThatThrownBy(() -> Buckets.lengthFor(65, 64)).hasMessageContaining("64");
    assertThatThrownBy(() -> Buckets.lengthFor(0, 64)).hasMessageContaining("0 tokens");
  }
}
