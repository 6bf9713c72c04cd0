package dev.lacuna.runtime.checkpoint.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.checkpoint.KitCopy;
import dev.lacuna.runtime.checkpoint.safetensors.MappedWeights;
import dev.lacuna.runtime.checkpoint.safetensors.StoredSlice;
import dev.lacuna.runtime.checkpoint.safetensors.Weights;
import dev.lacuna.runtime.checkpoint.safetensors.Widened;
import dev.lacuna.runtime.onnx.KitModel;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One model under several names, or in several files, is one model. */
class LayoutsTest {

  @TempDir private Path folder;

  @Test
  void shouldReadTheSameWeightsWhenDiffuLlamaIsWrapped() {
    assertSameWeights(KitModel.of("diffullama").read(), KitModel.of("diffullama-wrapped").read());
  }

  @Test
  void shouldReadTheSameWeightsWhenLladaIsSharded() {
    assertSameWeights(KitModel.of("llada").read(), KitModel.of("llada-sharded").read());
  }

  @Test
  void shouldReadTheSameWeightsWhenGpt2HasTheNamesOfHuggingFace() throws Exception {
    for (String prefix : List.of("transformer.", "")) {
      Path own = Files.createDirectory(folder.resolve("names" + prefix.length()));
      UnaryOperator<String> names =
          name ->
              name.equals("embed_tokens.weight")
                  ? prefix + "wte.weight"
                  : name.replace("denoise_model.", prefix);
      Checkpoint renamed = KitCopy.of("diffugpt", own).rename(names).read();
      assertSameWeights(KitModel.of("diffugpt").read(), renamed);
    }
  }

  /** Rows of the fused projection, by the kit's description of it. */
  @Test
  void shouldTakeEachHeadFromItsGroupWhenQueriesKeysAndValuesAreFused() {
    Checkpoint checkpoint = KitModel.of("smdm-gqa").read();
    TransformerShape shape = checkpoint.shape();
    assertThat(shape.queriesPerKey()).isEqualTo(2);
    float[] fused = stored(KitModel.of("smdm-gqa"), "transformer.h.1.attn.attn.weight");
    int headElements = shape.headWidth() * shape.hidden();
    FloatBuffer query = Widened.of(checkpoint.weights(), "layers.1.query.weight");
    FloatBuffer key = Widened.of(checkpoint.weights(), "layers.1.key.weight");
    FloatBuffer value = Widened.of(checkpoint.weights(), "layers.1.value.weight");
    int at = 0;
    for (int group = 0; group < 2; group++) {
      for (int head = 0; head < 2; head++) {
        at = assertSame(query, (2 * group + head) * headElements, fused, at, headElements);
      }
      at = assertSame(key, group * headElements, fused, at, headElements);
      at = assertSame(value, group * headElements, fused, at, headElements);
    }
    assertThat(at).isEqualTo(fused.length);
  }

  private static int assertSame(FloatBuffer found, int from, float[] fused, int at, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(found.get(from + i)).isEqualTo(fused[at + i]);
    }
    return at + count;
  }

  /** Conv1D is [in, out], the graph's weights are [out, in]. */
  @Test
  void shouldTransposeAndSplitWhenGpt2StoresConv1d() {
    Checkpoint checkpoint = KitModel.of("diffugpt").read();
    float[] fused = stored(KitModel.of("diffugpt"), "denoise_model.h.0.attn.c_attn.weight");
    float[] bias = stored(KitModel.of("diffugpt"), "denoise_model.h.0.attn.c_attn.bias");
    int hidden = checkpoint.shape().hidden();
    List<String> parts = List.of("query", "key", "value");
    for (int part = 0; part < 3; part++) {
      String name = "layers.0." + parts.get(part);
      FloatBuffer weight = Widened.of(checkpoint.weights(), name + ".weight");
      FloatBuffer biases = Widened.of(checkpoint.weights(), name + ".bias");
      for (int out = 0; out < hidden; out++) {
        assertThat(biases.get(out)).isEqualTo(bias[part * hidden + out]);
        for (int in = 0; in < hidden; in++) {
          assertThat(weight.get(out * hidden + in))
              .isEqualTo(fused[in * 3 * hidden + part * hidden + out]);
        }
      }
    }
  }

  private static float[] stored(KitModel model, String name) {
    Weights weights = Weights.of(model.folder());
    List<Long> shape = weights.get(name).shape();
    FloatBuffer floats =
        Widened.of(
            new MappedWeights(
                weights, Map.of(name, StoredSlice.whole(name, shape)), Map.of(name, shape)),
            name);
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return values;
  }

  private static void assertSameWeights(Checkpoint one, Checkpoint other) {
    assertThat(other.shape()).isEqualTo(one.shape());
    assertThat(other.weights().shapes()).isEqualTo(one.weights().shapes());
    List<float[]> expected = KitCopy.weights(one);
    List<float[]> found = KitCopy.weights(other);
    assertThat(expected).isNotEmpty();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).containsExactly(expected.get(i));
    }
  }
}
