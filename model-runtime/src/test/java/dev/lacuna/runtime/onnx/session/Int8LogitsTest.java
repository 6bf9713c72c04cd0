package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.KitModel;
import dev.lacuna.runtime.onnx.weights.Int8Rows;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family runs in int8, and says nearly what it says in fp32. */
class Int8LogitsTest {

  private static final ForwardPassOptions OPTIONS = ForwardPassOptions.defaults().withThreads(2);
  private static final int LENGTH = 32;

  static Stream<KitModel> models() {
    return KitModel.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldKeepTheLogitsWithinTheNoiseOfRounding(KitModel model) {
    Checkpoint checkpoint = model.read();
    int width = checkpoint.facts().vocabulary();
    int[] ids = IntStream.range(0, LENGTH).map(i -> 37 * i % width).toArray();
    float[] whole = logits(checkpoint, NumberFormat.FP32, ids);
    float[] small = logits(checkpoint, NumberFormat.INT8, ids);
    double noise = 0;
    double signal = 0;
    for (int row = 0; row < LENGTH; row++) {
      double mean = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        mean += whole[i] / width;
      }
      for (int i = row * width; i < (row + 1) * width; i++) {
        noise += Math.pow(small[i] - whole[i], 2);
        signal += Math.pow(whole[i] - mean, 2);
      }
    }
    assertThat(Math.sqrt(noise / signal)).isLessThan(noise(checkpoint.shape()));
  }

  /**
   * Noise of the logits relative to their spread, from rounding alone. A step of a row is its
   * largest number / 127, which is at most √width of the row's root mean square; rounding to steps
   * is off by a step / √12. Both factors of a product are rounded. Errors of all products of the
   * graph add up as independent ones do, and what lies between products neither grows nor shrinks
   * them.
   */
  private static double noise(TransformerShape shape) {
    int inLayer = shape.mlp() == TransformerShape.Mlp.GATED_SILU ? 7 : 6;
    int products = inLayer * shape.layers() + 1;
    double ofOneFactor = Math.sqrt(shape.hidden()) / Int8Rows.LARGEST / Math.sqrt(12);
    return ofOneFactor * Math.sqrt(2 * products);
  }

  private static float[] logits(Checkpoint checkpoint, NumberFormat format, int[] ids) {
    try (LogitsPass pass = LogitsPass.of(checkpoint, format, OPTIONS)) {
      return pass.logits(ids, null, null);
    }
  }
}
