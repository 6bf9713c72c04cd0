package dev.lacuna.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.FloatBuffer;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LlamaGraphTest {

  @ParameterizedTest
  @EnumSource(Conformance.class)
  void shouldGiveTheReferencesLogitsWhenRunOnItsCanvases(Conformance model) {
    try (LogitsRun run = new LogitsRun(model.read())) {
      for (JsonNode golden : model.golden("logits.json").get("cases")) {
        compare(model, golden, run);
      }
    }
  }

  private static void compare(Conformance model, JsonNode golden, LogitsRun run) {
    long[] tokens = Conformance.longs(golden.get("input_ids"));
    JsonNode mask = golden.get("attention_mask");
    int rowLength =
        mask.isNull() ? tokens.length : (int) LongStream.of(Conformance.longs(mask)).sum();
    long[] rows = Conformance.longs(golden.get("compare_rows"));
    FloatBuffer expected = model.goldenFloats(golden.get("file").textValue());
    float[][] logits = run.of(tokens, rowLength, rows);
    assertThat(rows).isNotEmpty();
    for (int i = 0; i < rows.length; i++) {
      int row = (int) rows[i];
      int width = logits[i].length;
      int best = 0;
      for (int id = 0; id < width; id++) {
        assertThat(logits[i][id])
            .as("%s %s row %d id %d", model, golden.get("name"), row, id)
            .isCloseTo(expected.get(row * width + id), within(1e-4f));
        best = logits[i][id] > logits[i][best] ? id : best;
      }
      assertThat(best).isEqualTo(golden.get("argmax").get(row).intValue());
    }
  }
}
