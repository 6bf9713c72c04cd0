package dev.lacuna.runtime.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.sampling.Certainty;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnpaddedForwardPassTest {

  /** Answers each position with its token, and what else the batch says of it. */
  private static final class Echo implements ForwardPass {
    private int runs;

    @Override
    public void run(StepBatch batch) {
      runs++;
      for (int row = 0; row < batch.rows; row++) {
        assertThat(batch.rowLengths[row]).isEqualTo(batch.length);
      }
      for (int i = 0; i < batch.positions; i++) {
        batch.proposals[i] = token(batch, batch.flatPositions[i]);
        batch.confidences[i] = batch.uniforms[i];
        batch.certainties[i] = batch.certaintyKinds[i].ordinal();
      }
      for (int twin = 0; twin < batch.guided; twin++) {
        int of = batch.guidedIndices[twin];
        batch.proposals[of] += 1000 * token(batch, batch.guidedFlatPositions[twin]);
        batch.confidences[of] += batch.guidanceScales[twin];
      }
    }

    private static int token(StepBatch batch, long flatPosition) {
      return Math.toIntExact(batch.tokens[Math.toIntExact(flatPosition)]);
    }

    @Override
    public String device() {
      return "cpu";
    }

    @Override
    public void close() {}
  }

  @Test
  void shouldRunEachLengthByItselfWhenRowsDiffer() {
    Echo echo = new Echo();
    UnpaddedForwardPass pass = new UnpaddedForwardPass(echo);
    Steps.Draw draw = new Steps.Draw(0, 1, 0, true, 0.25f, 0.5f);
    List<Steps.Row> rows =
        List.of(
            new Steps.Row(new long[] {1, 2, 3}, new int[] {0, 2}, draw),
            new Steps.Row(new long[] {4, 5, 6, 7, 8}, new int[] {4, 1}, draw),
            new Steps.Row(new long[] {9, 10, 11}, new int[] {1}, draw),
            new Steps.Row(new long[] {12, 13, 14, 15, 16}, new int[0], draw));
    StepBatch batch = Steps.batch(8, 0, rows);
    batch.certaintyKinds[3] = Certainty.values()[1];
    // The second row's last position has a twin in the fourth row.
    batch.guided = 1;
    batch.guidedIndices[0] = 2;
    batch.guidedFlatPositions[0] = 3 * 8 + 4;
    batch.guidanceScales[0] = 2;
    for (int again = 1; again <= 2; again++) {
      pass.run(batch);
      assertThat(echo.runs).isEqualTo(2 * again);
      assertThat(Arrays.copyOf(batch.proposals, 5)).containsExactly(1, 3, 16_008, 5, 10);
      assertThat(Arrays.copyOf(batch.confidences, 5))
          .containsExactly(0.25f, 0.5f, 2.25f, 0.5f, 0.25f);
      assertThat(batch.certainties[3]).isEqualTo(1f);
    }
  }
}
