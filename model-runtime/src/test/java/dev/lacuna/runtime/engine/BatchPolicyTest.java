package dev.lacuna.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BatchPolicyTest {

  @Test
  void shouldChooseNoneWhenThereIsNoWork() {
    assertThat(BatchPolicy.next(new long[0])).isEqualTo(-1);
  }

  @Test
  void shouldChooseTheFirstOfThoseServedLongestAgo() {
    assertThat(BatchPolicy.next(new long[] {5, 2, 9, 2})).isEqualTo(1);
  }

  @Property
  void shouldServeEveryBucketOnceInEveryRound(
      @ForAll @IntRange(min = 1, max = 20) int buckets, @ForAll @IntRange(min = 1, max = 5) int n) {
    long[] lastServed = new long[buckets];
    int[] served = new int[buckets];
    for (int pass = 1; pass <= buckets * n; pass++) {
      int next = BatchPolicy.next(lastServed);
      lastServed[next] = pass;
      served[next]++;
    }
    assertThat(served).containsOnly(n);
  }
}
