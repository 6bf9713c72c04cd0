package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.Certainty;
import java.util.Arrays;

/**
 * A canvas of nothing but masks: what every model can do, so that a forward pass that throws for it
 * has lost its device, and no run is to blame.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class KnownGood {

  /** As short as the shortest batch that costs are measured with, in tokens. */
  private static final int LENGTH = 32;

  private final ForwardPass pass;
  private final StepBatch canvas;

  KnownGood(EngineModel model) {
    this.pass = model.forwardPass();
    ModelFacts facts = model.facts();
    int length = Math.min(LENGTH, facts.canvasLimit());
    canvas = new StepBatch(1, length);
    canvas.clear(length);
    canvas.rows = 1;
    canvas.rowLengths[0] = length;
    Arrays.fill(canvas.tokens, facts.special().hasMask() ? facts.maskToken() : 0);
    canvas.positions = 1;
    canvas.flatPositions[0] = length - 1;
    canvas.uniforms[0] = 0.5f;
    canvas.temperatures[0] = 1f;
    canvas.topP[0] = 1f;
    canvas.certaintyKinds[0] = Certainty.PROBABILITY;
  }

  /**
   * Returns if the device still works.
   *
   * @param failure what made that doubtful; thrown if the device is lost
   */
  void check(RuntimeException failure) {
    try {
      pass.run(canvas);
    } catch (RuntimeException lost) {
      if (lost != failure) {
        failure.addSuppressed(lost);
      }
      throw failure;
    }
  }
}
