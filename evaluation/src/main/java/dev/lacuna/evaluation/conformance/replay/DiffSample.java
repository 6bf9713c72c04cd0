package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.Parameters;
import dev.lacuna.evaluation.conformance.kit.RecordedStep;
import dev.lacuna.evaluation.conformance.kit.Trajectory;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.util.List;

/** {@code diff_sample} of ML-GSAI/SMDM, {@code greddy} and {@code origin}. */
final class DiffSample {

  private DiffSample() {}

  static Replay replay(Trajectory run, Parameters parameters, ModelFacts facts, int tag) {
    boolean origin = parameters.isSecond("alg", "greddy", "origin");
    float temperature = NoiseTemperature.read(run, parameters);
    SamplingSettings settings =
        ReplaySettings.of(
            parameters.positive("steps"),
            origin ? UnmaskingOrder.RANDOM : UnmaskingOrder.CONFIDENCE,
            origin ? CountSchedule.INDEPENDENT : CountSchedule.LINEAR,
            temperature,
            (float) parameters.number("cfg_scale"),
            0);
    float epsilon = parameters.fraction("eps");
    parameters.same("context_length", run.initialCanvas().length);
    parameters.same("mask_token_id", facts.maskToken());
    List<RecordedStep> steps = Recordings.taken(run, true);
    ReplayRandom random = new ReplayRandom(tag, steps.size(), run.length());
    if (origin) {
      Recordings.orderOfOpen(random, run, steps);
    }
    Recordings.gumbel(random, run, steps, facts.vocabulary());
    return new Replay(
        run,
        Recordings.plan(run),
        settings,
        random,
        epsilon,
        false,
        Recordings.unmasking(steps, "confidences"));
  }
}
