package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.Parameters;
import dev.lacuna.evaluation.conformance.kit.RecordedStep;
import dev.lacuna.evaluation.conformance.kit.Trajectory;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import java.util.List;

/**
 * {@code generate_samples} of HKUNLP/DiffuLLaMA: after each forward pass every blank takes its
 * proposal with probability 1 / (passes left).
 */
final class GenerateSamples {

  private GenerateSamples() {}

  static Replay replay(Trajectory run, Parameters parameters, ModelFacts facts, int tag) {
    int passes = parameters.positive("diffusion_steps");
    double divisor = parameters.number("logits_temp");
    double kept = parameters.number("topp_temp");
    parameters.same("shift", facts.shift());
    // The top token has at least the average probability, so that nothing else is kept.
    if (!(kept > 0 && kept < 1.0 / facts.vocabulary())) {
      throw parameters.wrong(
          "topp_temp",
          "less than 1/%d, which keeps the top token alone: other draws aren't recorded"
              .formatted(facts.vocabulary()));
    }
    if (!(divisor > 0)) {
      throw parameters.wrong("logits_temp", "a number above 0");
    }
    List<RecordedStep> steps = Recordings.taken(run, true);
    ReplayRandom random = new ReplayRandom(tag, steps.size(), run.length());
    Recordings.orderOfCanvas(random, run, steps);
    return new Replay(
        run,
        Recordings.plan(run, first(run)),
        ReplaySettings.of(passes, UnmaskingOrder.RANDOM, CountSchedule.INDEPENDENT, 0f, 0f, 0),
        random,
        0f,
        false,
        // Probabilities are recorded of the divided logits; the engine's are of the logits.
        Recordings.unmasking(steps, divisor == 1 ? "unfiltered_top1_probability" : null));
  }

  /** Nothing predicts the first position: it takes what stands there in the input. */
  private static int first(Trajectory run) {
    int[] input = run.golden().integers("input_ids");
    if (input.length != run.initialCanvas().length) {
      throw run.golden().wrong("input_ids", "as many tokens as initial_canvas");
    }
    return input[0];
  }
}
