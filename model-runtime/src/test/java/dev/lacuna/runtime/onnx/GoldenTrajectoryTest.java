package dev.lacuna.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoldenTrajectoryTest {

  @ParameterizedTest
  @EnumSource(Conformance.class)
  void shouldProposeTheReferencesTokensWhenTemperatureIsZero(Conformance model) {
    OpenedCheckpoint opened = model.open();
    try (LogitsRun logits = new LogitsRun(model.read())) {
      for (JsonNode step : model.trajectory().get("steps")) {
        compare(model, opened, logits, step);
      }
    } finally {
      opened.forwardPass().close();
    }
  }

  private static void compare(
      Conformance model, OpenedCheckpoint opened, LogitsRun logits, JsonNode step) {
    long[] canvas = Conformance.longs(step.get("canvas_in"));
    JsonNode named = step.get("masked_positions");
    JsonNode blanks = named == null ? model.trajectory().get("blank_positions") : named;
    int[] positions =
        IntStream.range(0, blanks.size()).map(i -> blanks.get(i).intValue()).toArray();
    StepBatch batch =
        Steps.batch(canvas.length, 0, List.of(new Steps.Row(canvas, positions, Steps.Draw.GREEDY)));
    opened.forwardPass().run(batch);
    String known = named == null ? "confidences" : "unfiltered_top1_probability";
    for (int i = 0; i < positions.length; i++) {
      assertThat(batch.proposals[i]).isEqualTo(step.get("proposals").get(i).intValue());
      int row = positions[i] - (opened.facts().shift() ? 1 : 0);
      float[] z = logits.of(canvas, canvas.length, row)[0];
      // The reference's probabilities count the mask, ours exclude it.
      double withMask = batch.confidences[i] * (1 - probability(z, opened.facts().maskToken()));
      assertThat(withMask).isCloseTo(step.get(known).get(i).doubleValue(), within(2e-5));
    }
  }

  private static double probability(float[] z, int id) {
    double sum = 0;
    for (float logit : z) {
      sum += Math.exp(logit);
    }
    return Math.exp(z[id]) / sum;
  }
}
