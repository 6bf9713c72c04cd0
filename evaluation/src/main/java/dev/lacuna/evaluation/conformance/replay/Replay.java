package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.Trajectory;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.List;

/**
 * A recorded run as the engine can take it again.
 *
 * @param trajectory what was recorded
 * @param plan the canvas without its left padding: rotary angles depend on distances alone, and
 *     where positions are counted the padding is left out
 * @param settings as the parameters say
 * @param random the recorded numbers
 * @param timestepEpsilon last entry of the timesteps
 * @param certainties whether the recorded numbers are what positions were ranked by, rather than
 *     the proposals' probabilities
 * @param steps what the engine's steps have to do
 */
public record Replay(
    Trajectory trajectory,
    DocumentPlan plan,
    SamplingSettings settings,
    ReplayRandom random,
    float timestepEpsilon,
    boolean certainties,
    List<ExpectedStep> steps) {

  public Replay {
    steps = List.copyOf(steps);
  }

  /**
   * Forward passes of the published sampler that fill nothing because nothing is left: the engine
   * doesn't take them.
   */
  public int idleSteps() {
    return trajectory.noise() ? 0 : trajectory.steps().size() - steps.size();
  }

  /** Whether tokens are chosen by recorded noise. */
  public boolean noisy() {
    return trajectory.gumbelUniforms() != null;
  }
}
