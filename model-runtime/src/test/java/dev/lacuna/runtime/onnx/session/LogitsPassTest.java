package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.KitModel;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LogitsPassTest {

  private static final int[] ONE = {5, 9, 31, 7};
  private static final int[] OTHER = {8, 8, 40, 2, 66, 12};
  private static LogitsPass pass;

  @BeforeAll
  static void open() {
    ForwardPassOptions options = ForwardPassOptions.defaults().withThreads(2);
    pass = LogitsPass.of(KitModel.of("diffugpt").read(), NumberFormat.FP32, options);
  }

  @AfterAll
  static void close() {
    pass.close();
  }

  @Test
  void shouldGiveTheLogitsOfEachRowAloneWhenRowsArePaddedTogether() {
    int width = pass.facts().vocabulary();
    long[] batch = new long[12];
    for (int i = 0; i < 4; i++) {
      batch[i] = ONE[i];
    }
    for (int i = 0; i < 6; i++) {
      batch[6 + i] = OTHER[i];
    }
    float[] picked = pass.run(batch, 2, 6, new int[] {4, 6}, new long[] {11, 6, 3});
    float[] one = pass.logits(ONE, null, null);
    float[] other = pass.logits(OTHER, null, null);
    assertThat(picked).hasSize(3 * width);
    assertThat(row(picked, 0, width)).isEqualTo(row(other, 5, width));
    assertThat(row(picked, 1, width)).isEqualTo(row(other, 0, width));
    assertThat(row(picked, 2, width)).isEqualTo(row(one, 3, width));
    assertThat(pass.run(batch, 2, 6, new int[] {4, 6}, new long[0])).isEmpty();
  }

  @Test
  void shouldHidePaddingAtTheFrontWhenMaskAndPlacesSaySo() {
    int width = pass.facts().vocabulary();
    int[] padded = {77, 3, 5, 9, 31, 7};
    float[] found = pass.logits(padded, new int[] {0, 0, 1, 1, 1, 1}, new int[] {1, 1, 0, 1, 2, 3});
    float[] alone = pass.logits(ONE, null, null);
    for (int i = 0; i < ONE.length; i++) {
      assertThat(row(found, i + 2, width)).isEqualTo(row(alone, i, width));
    }
  }

  @Test
  void shouldRefuseIndicesWhenTheRuntimeWouldTakeThemFromTheEnd() {
    assertRefused(() -> pass.logits(new int[] {-1}, null, null), "token id -1, expected 0 to 111");
    assertRefused(() -> pass.logits(new int[] {112}, null, null), "token id 112");
    assertRefused(() -> pass.logits(new int[65], null, null), "last position 64, expected 0 to 63");
    assertRefused(() -> pass.logits(ONE, null, new int[] {0, 1, 2, 64}), "position id 64");
    assertRefused(
        () -> pass.run(new long[4], 1, 4, new int[] {4}, new long[] {4}), "position 4, expected");
    assertRefused(
        () -> pass.run(new long[4], 2, 3, new int[] {2, 2}, new long[] {0}),
        "expected 2 rows of 3");
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static float[] row(float[] logits, int row, int width) {
    return Arrays.copyOfRange(logits, row * width, (row + 1) * width);
  }
}
