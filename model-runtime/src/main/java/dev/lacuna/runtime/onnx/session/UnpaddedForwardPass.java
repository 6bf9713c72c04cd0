package dev.lacuna.runtime.onnx.session;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;

/**
 * A forward pass of a graph that can't tell padding from tokens: rows of different lengths run one
 * length after another, each without padding.
 *
 * <p>Threading: as the forward pass behind it.
 */
public final class UnpaddedForwardPass implements ForwardPass {

  private final ForwardPass pass;
  private StepBatch part;
  private int[] origins = new int[0];

  /** Runs rows of equal length together through another pass. */
  public UnpaddedForwardPass(ForwardPass pass) {
    this.pass = pass;
  }

  @Override
  public void run(StepBatch batch) {
    boolean[] done = new boolean[batch.rows];
    for (int row = 0; row < batch.rows; row++) {
      if (!done[row]) {
        runLength(batch, batch.rowLengths[row], done);
      }
    }
  }

  private void runLength(StepBatch batch, int length, boolean[] done) {
    if (part == null
        || part.tokens.length < batch.rows * batch.length
        || part.rowLengths.length < batch.rows) {
      part = new StepBatch(batch.rows, batch.length);
      origins = new int[part.flatPositions.length];
    }
    part.length = length;
    int[] places = copyRows(batch, done);
    copyPositions(batch, places);
    copyTwins(batch, places);
    pass.run(part);
    for (int i = 0; i < part.positions; i++) {
      batch.proposals[origins[i]] = part.proposals[i];
      batch.confidences[origins[i]] = part.confidences[i];
      batch.certainties[origins[i]] = part.certainties[i];
    }
  }

  /** Rows of the part's length; gives the place of each in the part, or -1. */
  private int[] copyRows(StepBatch batch, boolean[] done) {
    int length = part.length;
    part.rows = 0;
    int[] places = new int[batch.rows];
    for (int row = 0; row < batch.rows; row++) {
      places[row] = -1;
      if (batch.rowLengths[row] == length) {
        done[row] = true;
        places[row] = part.rows++;
        part.rowLengths[places[row]] = length;
        System.arraycopy(
            batch.tokens, row * batch.length, part.tokens, places[row] * length, length);
      }
    }
    return places;
  }

  private void copyPositions(StepBatch batch, int[] places) {
    part.positions = 0;
    for (int from = 0; from < batch.positions; from++) {
      int row = Math.toIntExact(batch.flatPositions[from] / batch.length);
      if (places[row] >= 0) {
        int to = part.positions++;
        origins[to] = from;
        part.flatPositions[to] = moved(batch, places, batch.flatPositions[from]);
        part.uniforms[to] = batch.uniforms[from];
        part.temperatures[to] = batch.temperatures[from];
        part.topP[to] = batch.topP[from];
        part.topK[to] = batch.topK[from];
        part.endAllowed[to] = batch.endAllowed[from];
        part.certaintyKinds[to] = batch.certaintyKinds[from];
        part.certaintyFiltered[to] = batch.certaintyFiltered[from];
        part.gumbelUniforms[to] = batch.gumbelUniforms[from];
      }
    }
  }

  /** A twin's row is as long as its own: both are in the same part. */
  private void copyTwins(StepBatch batch, int[] places) {
    part.guided = 0;
    int to = 0;
    for (int twin = 0; twin < batch.guided; twin++) {
      int row = Math.toIntExact(batch.guidedFlatPositions[twin] / batch.length);
      if (places[row] >= 0) {
        while (origins[to] != batch.guidedIndices[twin]) {
          to++;
        }
        part.guidedIndices[part.guided] = to;
        part.guidedFlatPositions[part.guided] =
            moved(batch, places, batch.guidedFlatPositions[twin]);
        part.guidanceScales[part.guided] = batch.guidanceScales[twin];
        part.guided++;
      }
    }
  }

  private long moved(StepBatch batch, int[] places, long flatPosition) {
    int row = Math.toIntExact(flatPosition / batch.length);
    return (long) places[row] * part.length + flatPosition % batch.length;
  }

  @Override
  public String device() {
    return pass.device();
  }

  @Override
  public void close() {
    pass.close();
  }
}
