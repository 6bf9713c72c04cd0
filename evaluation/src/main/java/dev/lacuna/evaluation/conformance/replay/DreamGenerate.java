package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.Parameters;
import dev.lacuna.evaluation.conformance.kit.RecordedStep;
import dev.lacuna.evaluation.conformance.kit.Trajectory;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.util.List;

/** {@code diffusion_generate} of Dream. */
final class DreamGenerate {

  private DreamGenerate() {}

  static Replay replay(Trajectory run, Parameters parameters, ModelFacts facts, int tag) {
    UnmaskingOrder order =
        switch (parameters.text("alg")) {
          case "maskgit_plus" -> UnmaskingOrder.CONFIDENCE;
          case "topk_margin" -> UnmaskingOrder.MARGIN;
          case "entropy" -> UnmaskingOrder.ENTROPY;
          case "origin" -> UnmaskingOrder.RANDOM;
          default -> throw parameters.wrong("alg", "maskgit_plus, topk_margin, entropy or origin");
        };
    boolean origin = order == UnmaskingOrder.RANDOM;
    if (parameters.number("temperature") != 0) {
      throw parameters.wrong("temperature", "0: draws at another aren't recorded");
    }
    SamplingSettings settings =
        new SamplingSettings(
            parameters.positive("steps"),
            order,
            new RevealRule.Scheduled(origin ? CountSchedule.INDEPENDENT : CountSchedule.LINEAR),
            0f,
            (float) Math.min(1, parameters.numberOr("top_p", 1)),
            (int) parameters.numberOr("top_k", 0),
            0f,
            0,
            1f,
            List.of(),
            0);
    float epsilon = parameters.fraction("eps");
    parameters.none("alg_temp", "positions drawn by confidence aren't recorded");
    parameters.same("max_new_tokens", run.blanks().length);
    parameters.same("mask_token_id", facts.maskToken());
    List<RecordedStep> steps = Recordings.taken(run, true);
    ReplayRandom random = new ReplayRandom(tag, steps.size(), run.length());
    if (origin) {
      Recordings.orderOfOpen(random, run, steps);
    }
    return new Replay(
        run,
        Recordings.plan(run),
        settings,
        random,
        epsilon,
        true,
        Recordings.unmasking(steps, "confidences"));
  }
}
