package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.KitModel;
import java.nio.FloatBuffer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family's logits are the published reference's. */
class GoldenLogitsTest {

  private static final ForwardPassOptions OPTIONS = ForwardPassOptions.defaults().withThreads(2);

  static Stream<KitModel> models() {
    return KitModel.all();
  }

  private static Stream<JsonNode> cases(KitModel model) {
    JsonNode cases = model.golden("logits.json").get("cases");
    return StreamSupport.stream(cases.spliterator(), false);
  }

  @Test
  void shouldCompareEveryCaseOfTheKit() {
    assertThat(models().flatMap(GoldenLogitsTest::cases).count()).isEqualTo(35);
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveTheReferencesLogitsWhenRunOnItsCanvases(KitModel model) {
    try (LogitsPass pass = LogitsPass.of(model.read(), NumberFormat.FP32, OPTIONS)) {
      cases(model).forEach(golden -> compare(model, golden, pass));
    }
  }

  private static void compare(KitModel model, JsonNode golden, LogitsPass pass) {
    int width = pass.facts().vocabulary();
    float[] found =
        pass.logits(
            ints(golden.get("input_ids")),
            ints(golden.get("attention_mask")),
            ints(golden.path("position_ids")));
    FloatBuffer expected = model.goldenFloats(golden.get("file").textValue());
    assertThat(found).hasSize(expected.remaining());
    assertThat(golden.get("compare_rows")).isNotEmpty();
    for (JsonNode row : golden.get("compare_rows")) {
      int first = row.intValue() * width;
      int best = 0;
      for (int id = 0; id < width; id++) {
        assertThat(found[first + id])
            .as("%s %s row %s id %d", model, golden.get("name"), row, id)
            .isCloseTo(expected.get(first + id), within(1e-4f));
        best = found[first + id] > found[first + best] ? id : best;
      }
      assertThat(best).isEqualTo(golden.get("argmax").get(row.intValue()).intValue());
    }
  }

  private static int[] ints(JsonNode array) {
    if (!array.isArray()) {
      return null;
    }
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }
}
