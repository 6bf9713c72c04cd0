package dev.lacuna.runtime.conformance;

import dev.lacuna.runtime.engine.ForwardPass;
import dev.lacuna.runtime.engine.StepBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A forward pass that keeps what it proposed for one run, whichever of a batch's rows the run is.
 *
 * <p>Threading: run by the engine's thread; {@link #proposals} may be asked once the engine is
 * closed. Closing it leaves the model open, which outlives many engines.
 */
final class RecordingForwardPass implements ForwardPass {

  private final ForwardPass model;
  private final float tag;
  private final List<Map<Integer, Proposal>> passes = new ArrayList<>();

  /**
   * What the model said of a position.
   *
   * @param confidence probability of the token
   * @param certainty what positions are ranked by
   */
  record Proposal(int token, float confidence, float certainty) {}

  /**
   * Wraps a model.
   *
   * @param tag number of the run, see {@link ReplayRandom}
   */
  RecordingForwardPass(ForwardPass model, int tag) {
    this.model = model;
    this.tag = ReplayRandom.tag(tag);
  }

  @Override
  public void run(StepBatch batch) {
    model.run(batch);
    Map<Integer, Proposal> proposals = new HashMap<>();
    for (int i = 0; i < batch.positions; i++) {
      if (batch.uniforms[i] == tag) {
        proposals.put(
            (int) (batch.flatPositions[i] % batch.length),
            new Proposal(batch.proposals[i], batch.confidences[i], batch.confidences[i]));
      }
    }
    passes.add(proposals);
  }

  /**
   * What was proposed for the run, by position of its canvas.
   *
   * @param batchSequence number of the forward pass in its engine, from 1
   */
  Map<Integer, Proposal> proposals(long batchSequence) {
    return passes.get(Math.toIntExact(batchSequence - 1));
  }

  @Override
  public String device() {
    return model.device();
  }

  @Override
  public void close() {}
}
