package dev.lacuna.deploy.eval;

import dev.lacuna.deploy.eval.EvalReport.ForwardRow;
import dev.lacuna.deploy.eval.EvalReport.InfillMeasure;
import dev.lacuna.deploy.eval.EvalReport.InfillRow;
import dev.lacuna.deploy.eval.EvalReport.Measure;
import dev.lacuna.runtime.Checked;
import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.evaluation.DocumentSums;
import dev.lacuna.runtime.evaluation.EngineInfill;
import dev.lacuna.runtime.evaluation.EvaluationCanvas;
import dev.lacuna.runtime.evaluation.ForwardAccuracy;
import dev.lacuna.runtime.evaluation.LikelihoodBound;
import dev.lacuna.runtime.evaluation.MaskedPredictor;
import dev.lacuna.runtime.evaluation.Masking;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Takes a model through all measures.
 *
 * <p>Threading: used by one thread.
 */
public final class Evaluation {

  /** Masked canvases for each document of the likelihood bound. */
  public static final int BOUND_DRAWS = 4;

  /** Documents and steps of the runs that warm the engine up before seconds count. */
  private static final int WARM_DOCUMENTS = 16;

  private final ModelFacts facts;
  private final MaskedPredictor predictor;
  private final EngineInfill engine;
  private final Function<SamplingOverrides, Checked<SamplingSettings>> rules;
  private final EvalProgress progress;
  private final int spanLength;
  private final long seed;
  private final Map<Job, EngineInfill.Outcome> outcomes = new HashMap<>();

  /** What makes two measurements the same one. */
  private record Job(double share, SamplingSettings settings) {}

  /**
   * Measures one model.
   *
   * @param rules decides and checks settings
   * @param spanLength tokens masked in a row in the accuracy measures
   */
  public Evaluation(
      ModelFacts facts,
      MaskedPredictor predictor,
      EngineInfill engine,
      Function<SamplingOverrides, Checked<SamplingSettings>> rules,
      EvalProgress progress,
      int spanLength,
      long seed) {
    this.facts = facts;
    this.predictor = predictor;
    this.engine = engine;
    this.rules = rules;
    this.progress = progress;
    this.spanLength = spanLength;
    this.seed = seed;
  }

  /** The likelihood bound, or why this model has none. */
  public Checked<Measure> bound(List<EvaluationCanvas> documents) {
    return LikelihoodBound.of(predictor, facts, BOUND_DRAWS, seed)
        .then(
            bound ->
                Checked.valid(
                    measure(
                        bound.measure(
                            documents,
                            progress.stage(
                                "likelihood bound, masked canvases",
                                documents.size() * BOUND_DRAWS)))));
  }

  /** Accuracy of one forward pass. */
  public List<ForwardRow> forward(List<EvaluationCanvas> documents) {
    List<ForwardRow> rows = new ArrayList<>();
    for (double share : Sweep.SHARES) {
      // A family without masks has no one forward pass, for the same reason as it has no bound.
      Checked<Measure> accuracy =
          LikelihoodBound.of(predictor, facts, BOUND_DRAWS, seed)
              .then(
                  hasMask ->
                      Checked.valid(
                          measure(
                              new ForwardAccuracy(predictor, facts.maskToken(), masking(share))
                                  .measure(
                                      documents,
                                      progress.stage(
                                          "one forward pass, " + Shown.percent(share) + " masked",
                                          documents.size())))));
      rows.add(new ForwardRow(share, accuracy));
    }
    return rows;
  }

  /** Runs through the engine. */
  public List<InfillRow> infill(List<EvaluationCanvas> documents) {
    Sweep sweep = new Sweep(facts, seed);
    warmUp(documents, sweep);
    List<InfillRow> rows = new ArrayList<>();
    for (InfillSetting setting : sweep.settings()) {
      Checked<InfillMeasure> result =
          rules
              .apply(setting.overrides())
              .then(settings -> Checked.valid(row(documents, setting, settings, sweep)));
      rows.add(new InfillRow(setting, result));
    }
    return rows;
  }

  private void warmUp(List<EvaluationCanvas> documents, Sweep sweep) {
    List<EvaluationCanvas> few = documents.subList(0, Math.min(documents.size(), WARM_DOCUMENTS));
    rules
        .apply(sweep.base())
        .then(
            settings ->
                Checked.valid(
                    engine.measure(
                        few,
                        masking(Sweep.BASE_SHARE),
                        settings,
                        progress.stage("warming up", few.size()))));
  }

  private InfillMeasure row(
      List<EvaluationCanvas> documents,
      InfillSetting setting,
      SamplingSettings settings,
      Sweep sweep) {
    String what =
        "%s %s, %s masked"
            .formatted(setting.varied().label(), setting.value(), Shown.percent(setting.share()));
    EngineInfill.Outcome outcome = outcome(documents, setting.share(), settings, what);
    Optional<EngineInfill.Outcome> base =
        rules.apply(sweep.base()) instanceof Checked.Valid<SamplingSettings> valid
                && !valid.value().equals(settings)
            ? Optional.of(outcome(documents, setting.share(), valid.value(), "base"))
            : Optional.empty();
    return new InfillMeasure(
        measure(outcome.right()),
        base.map(other -> outcome.right().minus(other.right())),
        outcome.steps().perToken(),
        outcome.tokensPerStep(),
        outcome.secondsPerDocument());
  }

  private EngineInfill.Outcome outcome(
      List<EvaluationCanvas> documents, double share, SamplingSettings settings, String what) {
    Job job = new Job(share, settings);
    EngineInfill.Outcome known = outcomes.get(job);
    if (known == null) {
      known =
          engine.measure(
              documents, masking(share), settings, progress.stage(what, documents.size()));
      outcomes.put(job, known);
    }
    return known;
  }

  private Masking masking(double share) {
    return new Masking(share, spanLength, seed);
  }

  private static Measure measure(DocumentSums sums) {
    return new Measure(sums.perToken(), sums.documents(), sums.tokens());
  }
}
