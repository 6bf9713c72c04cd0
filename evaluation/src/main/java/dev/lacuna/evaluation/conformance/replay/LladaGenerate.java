package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.Parameters;
import dev.lacuna.evaluation.conformance.kit.RecordedStep;
import dev.lacuna.evaluation.conformance.kit.Trajectory;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.util.List;

/** {@code generate} of ML-GSAI/LLaDA: blocks, each unmasked in equal parts. */
final class LladaGenerate {

  private LladaGenerate() {}

  static Replay replay(Trajectory run, Parameters parameters, ModelFacts facts, int tag) {
    boolean atRandom = parameters.isSecond("remasking", "low_confidence", "random");
    float temperature = NoiseTemperature.read(run, parameters);
    SamplingSettings settings =
        ReplaySettings.of(
            parameters.positive("steps"),
            atRandom ? UnmaskingOrder.RANDOM : UnmaskingOrder.CONFIDENCE,
            CountSchedule.EVEN,
            temperature,
            (float) parameters.number("cfg_scale"),
            parameters.positive("block_length"));
    parameters.same("gen_length", run.blanks().length);
    parameters.same("mask_id", facts.maskToken());
    List<RecordedStep> steps = Recordings.taken(run, false);
    ReplayRandom random = new ReplayRandom(tag, steps.size(), run.length());
    if (atRandom) {
      Recordings.orderOfCanvas(random, run, steps);
    }
    Recordings.gumbel(random, run, steps, facts.vocabulary());
    return new Replay(
        run,
        Recordings.plan(run),
        settings,
        random,
        0f,
        false,
        // In random order the recorded confidences are the uniform numbers.
        Recordings.unmasking(steps, atRandom ? null : "confidences"));
  }
}
