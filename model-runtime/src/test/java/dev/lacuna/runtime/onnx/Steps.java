package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.engine.api.StepBatch;
import java.util.Arrays;
import java.util.List;

/** Makes step batches. */
public final class Steps {

  /**
   * One row of a batch.
   *
   * @param tokens its tokens without padding
   * @param positions what to propose for
   */
  public record Row(long[] tokens, int[] positions, Draw draw) {}

  /** How each position of a row is drawn; the uniform number of position i is u[i % u.length]. */
  public record Draw(float temperature, float topP, int topK, boolean endAllowed, float... u) {
    public static final Draw GREEDY = new Draw(0, 1, 0, true, 0);
  }

  /** What was proposed for one row, and how sure the model is. */
  public record Outcome(int[] proposals, float[] confidences, float[] certainties) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Outcome that
          && Arrays.equals(proposals, that.proposals)
          && Arrays.equals(confidences, that.confidences)
          && Arrays.equals(certainties, that.certainties);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(proposals);
    }

    @Override
    public String toString() {
      return Arrays.toString(proposals)
          + Arrays.toString(confidences)
          + Arrays.toString(certainties);
    }
  }

  private Steps() {}

  /** Rows side by side, padded to a length with an id. */
  public static StepBatch batch(int length, long padding, List<Row> rows) {
    StepBatch batch = new StepBatch(rows.size(), length);
    batch.rows = rows.size();
    batch.length = length;
    Arrays.fill(batch.tokens, padding);
    for (int r = 0; r < rows.size(); r++) {
      Row row = rows.get(r);
      System.arraycopy(row.tokens(), 0, batch.tokens, r * length, row.tokens().length);
      batch.rowLengths[r] = row.tokens().length;
      for (int i = 0; i < row.positions().length; i++) {
        Draw draw = row.draw();
        int at = batch.positions++;
        batch.flatPositions[at] = (long) r * length + row.positions()[i];
        batch.uniforms[at] = draw.u()[i % draw.u().length];
        batch.temperatures[at] = draw.temperature();
        batch.topP[at] = draw.topP();
        batch.topK[at] = draw.topK();
        batch.endAllowed[at] = draw.endAllowed();
      }
    }
    return batch;
  }

  /** The outcome of one row of a batch that was run. */
  public static Outcome outcome(StepBatch batch, List<Row> rows, int row) {
    int from = rows.subList(0, row).stream().mapToInt(r -> r.positions().length).sum();
    int to = from + rows.get(row).positions().length;
    return new Outcome(
        Arrays.copyOfRange(batch.proposals, from, to),
        Arrays.copyOfRange(batch.confidences, from, to),
        Arrays.copyOfRange(batch.certainties, from, to));
  }
}
