package dev.lacuna.evaluation.conformance;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.ModelFacts;
import java.util.Arrays;

/**
 * Draws many tokens for one position of one canvas.
 *
 * @param pass the serving graph
 * @param canvas token ids
 * @param position the position to be sampled
 */
record TokenDraws(
    ForwardPass pass,
    ModelFacts facts,
    int[] canvas,
    int position,
    float temperature,
    DistributionCases.Filter filter) {

  /** Draws of one kind. */
  static final int COUNT = 20_000;

  /** Logits of one forward pass, to bound its memory: 16 MB. */
  private static final int LOGITS_MAX = 1 << 22;

  TokenDraws {
    if (position < 0 || position >= canvas.length) {
      throw new IllegalArgumentException(
          "position is " + position + ", expected 0 to " + (canvas.length - 1));
    }
  }

  /** The number of a draw, from 0, to a uniform number in [0, 1). */
  interface Uniforms {
    float of(int draw);
  }

  /** How often each token was drawn; shape (vocabulary). */
  long[] count(Uniforms uniforms) {
    int chunk = Math.max(1, Math.min(COUNT, LOGITS_MAX / facts.vocabulary()));
    StepBatch batch = new StepBatch(chunk / canvas.length + 1, canvas.length);
    fill(batch, chunk);
    long[] counts = new long[facts.vocabulary()];
    for (int first = 0; first < COUNT; first += chunk) {
      batch.positions = Math.min(chunk, COUNT - first);
      for (int i = 0; i < batch.positions; i++) {
        batch.uniforms[i] = uniforms.of(first + i);
      }
      pass.run(batch);
      for (int i = 0; i < batch.positions; i++) {
        counts[batch.proposals[i]]++;
      }
    }
    return counts;
  }

  /** One row, of which one position is asked for again and again. */
  private void fill(StepBatch batch, int chunk) {
    batch.rows = 1;
    batch.length = canvas.length;
    batch.rowLengths[0] = canvas.length;
    for (int i = 0; i < canvas.length; i++) {
      batch.tokens[i] = canvas[i];
    }
    Arrays.fill(batch.flatPositions, 0, chunk, position);
    Arrays.fill(batch.temperatures, 0, chunk, temperature);
    Arrays.fill(batch.topP, 0, chunk, filter.topP());
    Arrays.fill(batch.topK, 0, chunk, filter.topK());
    Arrays.fill(batch.endAllowed, 0, chunk, true);
  }
}
