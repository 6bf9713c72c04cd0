package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.KitModel;
import dev.lacuna.runtime.onnx.graph.Numbers;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A model in fp16 says nearly what it says in fp32, on a CPU too. */
class HalfPrecisionTest {

  /**
   * Largest change of a logit by rounding the kit's weights, of magnitude up to 12, to 11 bits; the
   * largest that was seen is 0.07.
   */
  private static final float WEIGHTS_TOLERANCE = 0.1f;

  /** The same with products rounded too; the largest that was seen is 0.19. */
  private static final float PRODUCTS_TOLERANCE = 0.3f;

  private static final ForwardPassOptions OPTIONS = ForwardPassOptions.defaults().withThreads(2);

  static Stream<KitModel> models() {
    return KitModel.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveNearlyTheSameLogitsWhenWeightsAreInFp16(KitModel model) {
    Checkpoint checkpoint = model.read();
    compare(checkpoint, Numbers.anywhere(NumberFormat.FP16), WEIGHTS_TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveNearlyTheSameLogitsWhenProductsAreInFp16Too(KitModel model) {
    compare(model.read(), Numbers.half(), PRODUCTS_TOLERANCE);
  }

  private static void compare(Checkpoint checkpoint, Numbers numbers, float tolerance) {
    int length = 32;
    int width = checkpoint.facts().vocabulary();
    int[] ids = IntStream.range(0, length).map(i -> 37 * i % width).toArray();
    float[] whole = logits(checkpoint, Numbers.anywhere(NumberFormat.FP32), ids);
    float[] half = logits(checkpoint, numbers, ids);
    for (int i = 0; i < whole.length; i++) {
      assertThat(Math.abs(whole[i] - half[i])).isLessThan(tolerance);
    }
    for (int row = 0; row < length; row++) {
      float lost = whole[best(whole, row, width)] - whole[best(half, row, width)];
      assertThat(lost).as("what the winner in fp16 lacks in fp32").isLessThan(tolerance / 2);
    }
  }

  private static float[] logits(Checkpoint checkpoint, Numbers numbers, int[] ids) {
    try (LogitsPass pass = LogitsPass.of(checkpoint, numbers, OPTIONS)) {
      return pass.logits(ids, null, null);
    }
  }

  /** Index of the largest logit of a row. */
  private static int best(float[] logits, int row, int width) {
    int best = row * width;
    for (int i = best; i < (row + 1) * width; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
