package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BucketsTest {

  @Test
  void shouldHaveTwoLengthsToEachDoubling() {
    assertThat(IntStream.rangeClosed(1, 256).map(n -> Buckets.lengthFor(n, 256)).distinct())
        .containsExactly(32, 48, 64, 96, 128, 192, 256);
  }

  @Test
  void shouldEndAtTheLimitWhenItIsNoBucket() {
    assertThat(Buckets.lengthFor(60, 60)).isEqualTo(60);
    assertThat(Buckets.lengthFor(5, 20)).isEqualTo(20);
    assertThat(Buckets.lengthFor(Integer.MAX_VALUE, Integer.MAX_VALUE))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Property
  void shouldHoldTheCanvasAndBoundThePadding(
      @ForAll @IntRange(min = 1, max = 100_000) int length,
      @ForAll @IntRange(min = 0, max = 100_000) int room) {
    int padded = Buckets.lengthFor(length, length + room);
    assertThat(padded).isBetween(length, length + room);
    assertThat(padded <= 32 || padded < 1.5 * length).isTrue();
  }

  @Test
  void shouldRefuseACanvasBeyondTheLimit() {
    assertThatThrownBy(() -> Buckets.lengthFor(65, 64)).hasMessageContaining("64");
    assertThatThrownBy(() -> Buckets.lengthFor(0, 64)).hasMessageContaining("0 tokens");
  }
}
