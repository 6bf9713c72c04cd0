package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.engine.ForwardPass;
import dev.lacuna.runtime.engine.StepBatch;

/**
 * A forward pass of a graph that can't tell padding from tokens: rows of different lengths run one
 * length after another, each without padding.
 *
 * <p>Threading: as the forward pass behind it.
 */
final class UnpaddedForwardPass implements ForwardPass {

  private final ForwardPass pass;
  private StepBatch part;
  private int[] origins = new int[0];

  UnpaddedForwardPass(ForwardPass pass) {
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
    part.rows = 0;
    part.length = length;
    part.positions = 0;
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
    for (int i = 0; i < batch.positions; i++) {
      int row = Math.toIntExact(batch.flatPositions[i] / batch.length);
      if (places[row] >= 0) {
        origins[part.positions] = i;
        part.flatPositions[part.positions] =
            (long) places[row] * length + batch.flatPositions[i] % batch.length;
        part.positions++;
      }
    }
    copyPositions(batch);
    pass.run(part);
    for (int i = 0; i < part.positions; i++) {
      batch.proposals[origins[i]] = part.proposals[i];
      batch.confidences[origins[i]] = part.confidences[i];
    }
  }

  private void copyPositions(StepBatch batch) {
    for (int i = 0; i < part.positions; i++) {
      int from = origins[i];
      part.uniforms[i] = batch.uniforms[from];
      part.temperatures[i] = batch.temperatures[from];
      part.topP[i] = batch.topP[from];
      part.topK[i] = batch.topK[from];
      part.endAllowed[i] = batch.endAllowed[from];
      part.gumbelUniforms[i] = batch.gumbelUniforms[from];
    }
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
