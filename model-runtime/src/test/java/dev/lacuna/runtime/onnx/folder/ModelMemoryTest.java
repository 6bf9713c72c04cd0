package dev.lacuna.runtime.onnx.folder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ModelMemoryTest {

  /** Parameters 1,000; hidden 10, inner 30, 2 heads, vocabulary 50. */
  private static final ModelMemory SMALL = new ModelMemory(1000, 10, 30, 2, 50);

  @Test
  void shouldCountTheLargerOfAttentionAndNetworkWhenLengthGrows() {
    // 4 × (2·8·10 + max(3·8·10 + 2·2·8², 3·8·30))
    assertThat(SMALL.rowBytes(8)).isEqualTo(4 * (160 + 720));
    // 4 × (2·100·10 + max(3·100·10 + 2·2·100², 3·100·30))
    assertThat(SMALL.rowBytes(100)).isEqualTo(4 * (2000 + 43_000));
    assertThat(SMALL.headBytes(8)).isEqualTo(4 * 4 * 8 * 50);
  }

  @Test
  void shouldCountTheHeadOfOneChunkWhenTheVocabularyIsLarge() {
    ModelMemory large = new ModelMemory(1000, 10, 30, 2, 1 << 20);
    assertThat(large.headBytes(4096)).isEqualTo(4L * 4 * 64 * (1 << 20));
    assertThat(large.headBytes(8)).isEqualTo(4L * 4 * 8 * (1 << 20));
  }

  @Test
  void shouldFitAsManyRowsAsAreLeftByTheWeights() {
    assertThat(SMALL.weightBytes(4)).isEqualTo(4000);
    assertThat(SMALL.largestBatch(4000 + 3 * 6400, 4, 8)).isEqualTo(3);
    assertThat(SMALL.largestBatch(4000 + 3 * 6400 - 1, 4, 8)).isEqualTo(2);
    assertThat(SMALL.largestBatch(100, 4, 8)).isZero();
  }
}
