package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.engine.api.OutOfDeviceMemory;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.TestFacts;
import java.util.function.IntPredicate;

/**
 * Fails on purpose: for canvases that begin with certain tokens, for batches of more cells than it
 * has memory for, and at chosen calls. It proposes none of those tokens.
 */
final class FaultyForwardPass extends HashForwardPass {

  /** The pass throws for a canvas that begins with it. */
  static final int POISON = 450;

  static final int NOT_A_CONFIDENCE = 451;
  static final int NOT_A_CERTAINTY = 452;
  static final int NOT_A_TOKEN = 453;
  static final int HARMLESS = 7;

  int memoryCells = Integer.MAX_VALUE;

  /** Faults of the device, by number of the call; at the canvas of nothing but masks too. */
  IntPredicate lostAt = call -> false;

  /** Faults that pass, by number of the call, which that canvas has none of. */
  IntPredicate transientAt = call -> false;

  int called;
  int calledForRuns;

  FaultyForwardPass() {
    super(400);
  }

  @Override
  public void run(StepBatch batch) {
    called++;
    if (lostAt.test(called)) {
      throw new IllegalStateException("lost at call " + called);
    }
    if (batch.tokens[0] != TestFacts.MASK && transientAt.test(++calledForRuns)) {
      throw new IllegalStateException("fault at call " + calledForRuns);
    }
    if (batch.rows * batch.length > memoryCells) {
      throw new OutOfDeviceMemory(batch.rows + " rows of " + batch.length, null);
    }
    for (int row = 0; row < batch.rows; row++) {
      if (batch.tokens[row * batch.length] == POISON) {
        throw new IllegalStateException("poison in /home/somebody/model.onnx");
      }
    }
    super.run(batch);
    for (int i = 0; i < batch.positions; i++) {
      spoil(batch, i, (int) (batch.flatPositions[i] / batch.length));
    }
  }

  private static void spoil(StepBatch batch, int i, int row) {
    switch ((int) batch.tokens[row * batch.length]) {
      case NOT_A_CONFIDENCE -> batch.confidences[i] = Float.NaN;
      case NOT_A_CERTAINTY -> batch.certainties[i] = Float.NEGATIVE_INFINITY;
      case NOT_A_TOKEN -> batch.proposals[i] = (int) batch.tokens[(int) batch.flatPositions[i]];
      default -> {}
    }
  }
}
