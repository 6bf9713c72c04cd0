package dev.lacuna.evaluation.conformance;

import dev.lacuna.evaluation.conformance.kit.KitModel;
import dev.lacuna.evaluation.conformance.kit.Trajectory;
import dev.lacuna.evaluation.conformance.replay.Bystanders;
import dev.lacuna.evaluation.conformance.replay.Replay;
import dev.lacuna.evaluation.conformance.replay.ReplayEngine;
import dev.lacuna.evaluation.conformance.replay.Replays;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.facts.Conventions;
import dev.lacuna.runtime.facts.ModelFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole sampling runs: each goes through the serving engine twice, alone and among runs that have
 * nothing to do with it.
 */
final class TrajectoryCases {

  private TrajectoryCases() {}

  static List<ConformanceCase> of(KitModel model, ModelUnderTest opened, long seed) {
    List<ConformanceCase> cases = new ArrayList<>();
    for (Path file : model.trajectories()) {
      cases.add(
          new ConformanceCase(
              CaseKind.TRAJECTORY, name(file), finding -> run(file, opened, seed, finding)));
    }
    return cases;
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("^traj_", "").replaceFirst("\\.json$", "");
  }

  private static void run(Path file, ModelUnderTest opened, long seed, Finding finding)
      throws InterruptedException {
    Trajectory trajectory = Trajectory.read(file);
    Replay replay = Replays.of(trajectory, opened.facts(), ReplayEngine.WATCHED);
    ModelFacts facts = with(opened.facts(), replay.timestepEpsilon());
    TrajectoryComparison comparison = new TrajectoryComparison(replay, facts, finding);
    ForwardPass model = replay.noisy() ? opened.gumbel() : opened.serving();
    comparison.compare("alone", ReplayEngine.run(replay, facts, model, List.of()));
    List<RunSpec> beside = Bystanders.beside(replay.plan().length(), facts, seed);
    List<ReplayEngine.Step> shared = ReplayEngine.run(replay, facts, model, beside);
    comparison.compare("among other rows", shared);
    comparison.compare(new EveryProposal(replay, facts, model));
    for (ReplayEngine.Step step : shared) {
      if (step.report().batchRows() <= (replay.settings().guided() ? 2 : 1)) {
        finding.mismatch("step " + (step.report().step() - 1) + " was taken without other rows");
      }
    }
  }

  private static ModelFacts with(ModelFacts facts, float timestepEpsilon) {
    Conventions own = facts.conventions();
    Conventions timed =
        new Conventions(
            own.shift(),
            own.firstRow(),
            own.noise(),
            own.endsDocuments(),
            timestepEpsilon,
            own.filteredCertainty());
    return new ModelFacts(
        facts.name(),
        facts.revision(),
        facts.family(),
        facts.vocabulary(),
        facts.embeddings(),
        facts.tokens(),
        facts.special(),
        facts.canvasLimit(),
        timed,
        facts.defaults(),
        facts.openVocabulary());
  }
}
