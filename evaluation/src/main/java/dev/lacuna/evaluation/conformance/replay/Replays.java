package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.KitException;
import dev.lacuna.evaluation.conformance.kit.Parameters;
import dev.lacuna.evaluation.conformance.kit.Trajectory;
import dev.lacuna.runtime.facts.ModelFacts;

/** Finds out how the engine takes a recorded run again: by the function that was recorded. */
public final class Replays {

  private Replays() {}

  /**
   * The replay of a run.
   *
   * @param facts of the model, as published
   * @param tag number of the run among those of an engine
   * @throws KitException for a source or parameter that the engine can't replay
   */
  public static Replay of(Trajectory run, ModelFacts facts, int tag) {
    Parameters parameters = new Parameters(run.parameters());
    Replay replay =
        switch (run.source()) {
          case "generate_samples" -> GenerateSamples.replay(run, parameters, facts, tag);
          case "diff_sample" -> DiffSample.replay(run, parameters, facts, tag);
          case "generate" -> LladaGenerate.replay(run, parameters, facts, tag);
          case "diffusion_generate" -> DreamGenerate.replay(run, parameters, facts, tag);
          case "none (paper)" -> NoiseDecoding.replay(run, parameters, facts, tag);
          default ->
              throw run.golden()
                  .wrong(
                      "source",
                      "generate_samples, diff_sample, generate, diffusion_generate or none (paper)");
        };
    parameters.allUnderstood();
    return replay;
  }
}
