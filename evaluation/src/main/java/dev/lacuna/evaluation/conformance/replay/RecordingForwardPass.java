package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import java.util.HashMap;
import java.util.Map;

/**
 * A forward pass that keeps what it proposed for one run, whichever of a batch's rows the run is.
 *
 * <p>Threading: owned by the engine's thread, on which {@link #take} is called too. Closing it
 * leaves the model open, which outlives many engines.
 */
public final class RecordingForwardPass implements ForwardPass {

  private final ForwardPass model;
  private final float tag;
  private Map<Integer, Proposal> latest = new HashMap<>();

  /**
   * What the model said of a position.
   *
   * @param confidence probability of the token
   * @param certainty what positions are ranked by
   */
  public record Proposal(int token, float confidence, float certainty) {}

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
    for (int i = 0; i < batch.positions; i++) {
      if (batch.uniforms[i] == tag) {
        latest.put(
            Math.toIntExact(batch.flatPositions[i] % batch.length),
            new Proposal(batch.proposals[i], batch.confidences[i], batch.certainties[i]));
      }
    }
  }

  /** What was proposed for the run since the last call, by position of its canvas. */
  Map<Integer, Proposal> take() {
    Map<Integer, Proposal> taken = latest;
    latest = new HashMap<>();
    return taken;
  }

  @Override
  public String device() {
    return model.device();
  }

  @Override
  public void close() {}
}
