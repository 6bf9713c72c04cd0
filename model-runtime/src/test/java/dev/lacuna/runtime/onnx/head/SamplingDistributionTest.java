package dev.lacuna.runtime.onnx.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.onnx.Conformance;
import dev.lacuna.runtime.onnx.folder.OpenedCheckpoint;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Draws with uniform numbers spread evenly over [0, 1): an inverse CDF must then give every token
 * its share to within one draw, which is far sharper than any test of random draws.
 */
class SamplingDistributionTest {

  private static final int DRAWS = 6000;

  @ParameterizedTest
  @EnumSource(Conformance.class)
  void shouldFollowTheReferencesDistributionsWhenDrawing(Conformance model) {
    for (JsonNode golden : model.golden("sampling.json").get("cases")) {
      // Nothing of weight may be suppressed: the reference counts every id.
      FactOverrides facts = model.facts().withMaskToken(leastLikely(golden.get("logits")));
      OpenedCheckpoint opened = model.open(facts);
      try {
        compare(opened, golden, golden.get("temperature_only"), 1f, 0);
        compare(opened, golden, golden.get("top_p_0.9"), 0.9f, 0);
        compare(opened, golden, golden.get("top_k_5"), 1f, 5);
        compare(opened, golden, golden.get("top_k_5"), 0.999f, 5);
      } finally {
        opened.forwardPass().close();
      }
    }
  }

  private static void compare(
      OpenedCheckpoint opened, JsonNode golden, JsonNode expected, float topP, int topK) {
    StepBatch batch = evenDraws(golden, topP, topK);
    opened.forwardPass().run(batch);
    int[] counts = new int[opened.facts().vocabulary()];
    for (int i = 0; i < DRAWS; i++) {
      counts[batch.proposals[i]]++;
    }
    double[] shares = new double[counts.length];
    for (int i = 0; i < expected.get("tokens").size(); i++) {
      shares[expected.get("tokens").get(i).intValue()] =
          expected.get("probabilities").get(i).doubleValue();
    }
    for (int id = 0; id < counts.length; id++) {
      assertThat((double) counts[id])
          .as("draws of id %d with top-p %s, top-k %d", id, topP, topK)
          .isCloseTo(shares[id] * DRAWS, within(shares[id] == 0 ? 0 : 1.5));
    }
  }

  private static StepBatch evenDraws(JsonNode golden, float topP, int topK) {
    long[] canvas = Conformance.longs(golden.get("canvas"));
    StepBatch batch = new StepBatch(DRAWS / canvas.length + 1, canvas.length);
    batch.rows = 1;
    batch.length = canvas.length;
    batch.positions = DRAWS;
    System.arraycopy(canvas, 0, batch.tokens, 0, canvas.length);
    batch.rowLengths[0] = canvas.length;
    Arrays.fill(batch.flatPositions, golden.get("position").longValue());
    Arrays.fill(batch.temperatures, golden.get("temperature").floatValue());
    Arrays.fill(batch.topP, topP);
    Arrays.fill(batch.topK, topK);
    Arrays.fill(batch.endAllowed, true);
    for (int i = 0; i < DRAWS; i++) {
      batch.uniforms[i] = (i + 0.5f) / DRAWS;
    }
    return batch;
  }

  private static int leastLikely(JsonNode logits) {
    int least = 0;
    for (int id = 0; id < logits.size(); id++) {
      boolean isEnd = id == 2 || id == 3;
      if (!isEnd && logits.get(id).doubleValue() < logits.get(least).doubleValue()) {
        least = id;
      }
    }
    return least;
  }
}
