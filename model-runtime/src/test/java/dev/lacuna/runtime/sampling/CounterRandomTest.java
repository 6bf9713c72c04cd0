package dev.lacuna.runtime.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CounterRandomTest {

  /** Computed by an implementation in another language; the numbers must never change. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1, 0, 0, 5081995",
    "7, 1, 1, 1, 0, 0, 14391486",
    "7, 1, 1, 1, 0, 1, 5379149",
    "7, 2, 1, 1, 0, 0, 9717853",
    "7, 1, 2, 1, 0, 0, 6471039",
    "7, 1, 1, 2, 0, 0, 2105183",
    "7, 1, 1, 1, 1, 0, 11979653",
    "-1, 3, 4, 16, 255, 0, 16617343",
    "-9223372036854775808, 1, 1, 64, 4095, 1, 13644479"
  })
  void shouldGiveTheNumbersItAlwaysGave(
      long seed, int sample, int pass, int step, int position, int stream, int top24Bits) {
    assertThat(CounterRandom.uniform(seed, sample, pass, step, position, stream))
        .isEqualTo(top24Bits * 0x1p-24f);
  }

  @Property
  void shouldStayBelowOneWhateverTheKey(
      @ForAll long seed,
      @ForAll int sample,
      @ForAll int pass,
      @ForAll int step,
      @ForAll int position,
      @ForAll int stream) {
    assertThat(CounterRandom.uniform(seed, sample, pass, step, position, stream))
        .isGreaterThanOrEqualTo(0f)
        .isLessThan(1f);
  }

  @Test
  void shouldFillTheUnitIntervalEvenlyWhenPositionsAndStepsCount() {
    int buckets = 64;
    int[] counts = new int[buckets];
    int steps = 256;
    int positions = 256;
    for (int step = 1; step <= steps; step++) {
      for (int position = 0; position < positions; position++) {
        counts[(int) (CounterRandom.uniform(7, 1, 1, step, position, 0) * buckets)]++;
      }
    }
    double expected = (double) steps * positions / buckets;
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    // 63 degrees of freedom: mean 63, standard deviation 11.2; the input is fixed, so no flakes.
    assertThat(chiSquare).isBetween(30.0, 105.0);
  }

  @Test
  void shouldNotCorrelateNeighboursInAnyWordOfTheKey() {
    int n = 50_000;
    double[] sums = new double[6];
    for (int i = 0; i < n; i++) {
      double here = CounterRandom.uniform(i, 1, 1, 1, 5, 0) - 0.5;
      sums[0] += here * (CounterRandom.uniform(i + 1, 1, 1, 1, 5, 0) - 0.5);
      sums[1] += here * (CounterRandom.uniform(i, 2, 1, 1, 5, 0) - 0.5);
      sums[2] += here * (CounterRandom.uniform(i, 1, 2, 1, 5, 0) - 0.5);
      sums[3] += here * (CounterRandom.uniform(i, 1, 1, 2, 5, 0) - 0.5);
      sums[4] += here * (CounterRandom.uniform(i, 1, 1, 1, 6, 0) - 0.5);
      sums[5] += here * (CounterRandom.uniform(i, 1, 1, 1, 5, 1) - 0.5);
    }
    for (double sum : sums) {
      // Correlation of independent numbers has a standard deviation of 1/sqrt(n) = 0.0045.
      assertThat(sum / n * 12).isCloseTo(0, within(0.02));
    }
  }

  @Test
  void shouldHardlyRepeatItself() {
    Set<Float> seen = new HashSet<>();
    for (int position = 0; position < 4096; position++) {
      seen.add(CounterRandom.uniform(1, 1, 1, 1, position, CounterRandom.TOKEN_STREAM));
    }
    // Of 4096 numbers out of 2^24, one pair in two is expected to be equal.
    assertThat(seen).hasSizeGreaterThan(4090);
  }
}
