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
  private int[] origins = new int[0]; // (positions of part): which of the batch's each one is

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
    reserve(batch);
    part.rows = 0;
    part.length = length;
    part.positions = 0;
    part.guided = 0;
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
    copyPositions(batch, places);
    pass.run(part);
    for (int i = 0; i < part.positions; i++) {
      batch.proposals[origins[i]] = part.proposals[i];
      batch.confidences[origins[i]] = part.confidences[i];
      batch.certainties[origins[i]] = part.certainties[i];
    }
  }

  private void reserve(StepBatch batch) {
    if (part == null
        || part.tokens.length < batch.rows * batch.length
        || part.rowLengths.length < batch.rows) {
      part = new StepBatch(batch.rows, batch.length);
      origins = new int[part.flatPositions.length];
    }
  }

  /** Positions and their twins; a twin's row is as long as that of its position. */
  private void copyPositions(StepBatch batch, int[] places) {
    int twin = 0;
    for (int i = 0; i < batch.positions; i++) {
      boolean guided = twin < batch.guided && batch.guidedIndices[twin] == i;
      long flat = placed(batch, batch.flatPositions[i], places);
      if (flat >= 0) {
        if (guided) {
          int to = part.guided++;
          part.guidedIndices[to] = part.positions;
          part.guidedFlatPositions[to] = placed(batch, batch.guidedFlatPositions[twin], places);
          part.guidanceScales[to] = batch.guidanceScales[twin];
        }
        part.flatPositions[part.positions] = flat;
        copyPosition(batch, i, part.positions++);
      }
      twin += guided ? 1 : 0;
    }
  }

  /** Where a position of the batch is in the part; -1 if its row is not there. */
  private long placed(StepBatch batch, long flatPosition, int[] places) {
    int place = places[Math.toIntExact(flatPosition / batch.length)];
    return place < 0 ? -1 : (long) place * part.length + flatPosition % batch.length;
  }

  private void copyPosition(StepBatch batch, int from, int to) {
    origins[to] = from;
    part.uniforms[to] = batch.uniforms[from];
    part.temperatures[to] = batch.temperatures[from];
    part.topP[to] = batch.topP[from];
    part.topK[to] = batch.topK[from];
    part.endAllowed[to] = batch.endAllowed[from];
    part.certaintyKinds[to] = batch.certaintyKinds[from];
    part.certaintyFiltered[to] = batch.certaintyFiltered[from];
    part.gumbelUniforms[to] = batch.gumbelUniforms[from];
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
