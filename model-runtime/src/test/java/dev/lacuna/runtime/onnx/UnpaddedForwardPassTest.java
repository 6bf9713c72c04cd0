package dev.lacuna.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.ForwardPass;
import dev.lacuna.runtime.engine.StepBatch;
import dev.lacuna.runtime.sampling.Certainty;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class UnpaddedForwardPassTest {

  private static final int LENGTH = 5;
  private static final int[] ROW_LENGTHS = {3, 3, 5, 3};

  /** Says of each position all that it was told, so that nothing lost on the way goes unnoticed. */
  private static final class TellingForwardPass implements ForwardPass {

    @Override
    public void run(StepBatch batch) {
      for (int i = 0; i < batch.positions; i++) {
        batch.proposals[i] = (int) batch.tokens[(int) batch.flatPositions[i]];
        batch.confidences[i] = batch.uniforms[i];
        batch.certainties[i] =
            batch.certaintyKinds[i].code() + (batch.certaintyFiltered[i] ? 0.5f : 0);
      }
      for (int twin = 0; twin < batch.guided; twin++) {
        long token = batch.tokens[(int) batch.guidedFlatPositions[twin]];
        batch.certainties[batch.guidedIndices[twin]] += token * batch.guidanceScales[twin];
      }
    }

    @Override
    public String device() {
      return "fake";
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  @Test
  void shouldHandOnEverythingOfAPositionWhenRowsDifferInLength() {
    StepBatch padded = batch();
    StepBatch unpadded = batch();
    new TellingForwardPass().run(padded);
    new UnpaddedForwardPass(new TellingForwardPass()).run(unpadded);
    assertThat(Arrays.copyOf(unpadded.proposals, 4)).containsExactly(2, 11, 14, 17);
    assertThat(Arrays.copyOf(unpadded.certainties, 4)).containsExactly(4 * 7 + 2.5f, 0, 1, 2.5f);
    assertThat(unpadded.proposals).isEqualTo(padded.proposals);
    assertThat(unpadded.confidences).isEqualTo(padded.confidences);
    assertThat(unpadded.certainties).isEqualTo(padded.certainties);
  }

  @Test
  void shouldGuideNothingWhenTheBatchBeforeWasGuided() {
    UnpaddedForwardPass pass = new UnpaddedForwardPass(new TellingForwardPass());
    pass.run(batch());
    StepBatch unguided = batch();
    unguided.guided = 0;
    pass.run(unguided);
    assertThat(unguided.certainties[0]).isEqualTo(2.5f);
  }

  /** Rows 0 and 1 are a position and its twin; tokens are numbered through. */
  private static StepBatch batch() {
    StepBatch batch = new StepBatch(ROW_LENGTHS.length, LENGTH);
    batch.rows = ROW_LENGTHS.length;
    batch.length = LENGTH;
    Arrays.setAll(batch.tokens, cell -> cell);
    System.arraycopy(ROW_LENGTHS, 0, batch.rowLengths, 0, ROW_LENGTHS.length);
    add(batch, 2, Certainty.ENTROPY, true);
    batch.guided = 1;
    batch.guidedIndices[0] = 0;
    batch.guidedFlatPositions[0] = LENGTH + 2;
    batch.guidanceScales[0] = 4;
    add(batch, 2 * LENGTH + 1, Certainty.PROBABILITY, false);
    add(batch, 2 * LENGTH + 4, Certainty.MARGIN, false);
    add(batch, 3 * LENGTH + 2, Certainty.ENTROPY, true);
    return batch;
  }

  private static void add(StepBatch batch, int flat, Certainty kind, boolean filtered) {
    int at = batch.positions++;
    batch.flatPositions[at] = flat;
    batch.uniforms[at] = flat / 32f;
    batch.certaintyKinds[at] = kind;
    batch.certaintyFiltered[at] = filtered;
  }
}
