package dev.lacuna.evaluation;

import dev.lacuna.evaluation.measure.DocumentSums;
import dev.lacuna.evaluation.measure.EngineInfill;
import dev.lacuna.evaluation.measure.EvaluationCanvas;
import dev.lacuna.evaluation.measure.ForwardAccuracy;
import dev.lacuna.evaluation.measure.LikelihoodBound;
import dev.lacuna.evaluation.measure.MaskedPredictor;
import dev.lacuna.evaluation.measure.Masking;
import dev.lacuna.evaluation.report.EvalReport.ForwardRow;
import dev.lacuna.evaluation.report.EvalReport.InfillMeasure;
import dev.lacuna.evaluation.report.EvalReport.InfillRow;
import dev.lacuna.evaluation.report.EvalReport.Measure;
import dev.lacuna.evaluation.report.InfillSetting;
import dev.lacuna.evaluation.report.Shown;
import dev.lacuna.evaluation.report.Sweep;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.SamplingOverrides;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Takes a model through all measures.
 *
 * <p>Threading: used by one thread.
 */
public final class Evaluation {

  /** Masked canvases for each document of the likelihood bound. */
  public static final int BOUND_DRAWS = 4;

  /** Documents of the runs that warm the engine up before seconds count. */
  private static final int WARM_DOCUMENTS = 16;

  /** Documents that take all settings in turn: enough to share batches, done within minutes. */
  private static final int TURN_DOCUMENTS = 24;

  private final ModelFacts facts;
  private final Checked<MaskedPredictor> predictor;
  private final EngineInfill engine;
  private final Function<SamplingOverrides, Checked<SamplingSettings>> rules;
  private final EvalProgress progress;
  private final int spanLength;
  private final long seed;

  /** What makes two measurements the same one. */
  private record Job(double share, SamplingSettings settings) {}

  /**
   * Measures one model.
   *
   * @param predictor scores masks, or why this model can't
   * @param rules decides and checks settings
   * @param spanLength tokens masked in a row in the accuracy measures
   */
  public Evaluation(
      ModelFacts facts,
      Checked<MaskedPredictor> predictor,
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
    return predictor
        .then(scorer -> LikelihoodBound.of(scorer, facts, BOUND_DRAWS, seed))
        .then(bound -> Checked.valid(measure(bound.measure(documents, boundStage(documents)))));
  }

  private IntConsumer boundStage(List<EvaluationCanvas> documents) {
    return progress.stage("likelihood bound, masked canvases", documents.size() * BOUND_DRAWS);
  }

  /** Accuracy of one forward pass. */
  public List<ForwardRow> forward(List<EvaluationCanvas> documents) {
    return Sweep.SHARES.stream()
        .map(
            share ->
                new ForwardRow(
                    share,
                    predictor
                        .then(scorer -> ForwardAccuracy.of(scorer, facts, masking(share)))
                        .then(forward -> Checked.valid(accuracy(forward, share, documents)))))
        .toList();
  }

  private Measure accuracy(
      ForwardAccuracy forward, double share, List<EvaluationCanvas> documents) {
    String what = "one forward pass, " + Shown.percent(share) + " masked";
    return measure(forward.measure(documents, progress.stage(what, documents.size())));
  }

  /**
   * Runs through the engine. Some documents take all settings before the next do, so that a machine
   * that is now busy, now idle is so for every setting.
   */
  public List<InfillRow> infill(List<EvaluationCanvas> documents) {
    Sweep sweep = new Sweep(facts, seed);
    Checked<SamplingSettings> base = rules.apply(sweep.base());
    Map<InfillSetting, Checked<Job>> rows = new LinkedHashMap<>();
    Set<Job> jobs = new LinkedHashSet<>();
    for (InfillSetting setting : sweep.settings()) {
      Checked<Job> job =
          rules.apply(setting.overrides()).then(s -> Checked.valid(new Job(setting.share(), s)));
      rows.put(setting, job);
      job.then(valid -> base.then(s -> Checked.valid(jobs.add(new Job(setting.share(), s)))));
      job.then(valid -> Checked.valid(jobs.add(valid)));
    }
    Map<Job, EngineInfill.Outcome> outcomes = outcomes(documents, jobs);
    List<InfillRow> results = new ArrayList<>();
    rows.forEach(
        (setting, job) ->
            results.add(
                new InfillRow(
                    setting, job.then(valid -> Checked.valid(row(valid, base, outcomes))))));
    return results;
  }

  private Map<Job, EngineInfill.Outcome> outcomes(List<EvaluationCanvas> documents, Set<Job> jobs) {
    // The first run of a batch shape is slow; it must not count.
    List<EvaluationCanvas> few = documents.subList(0, Math.min(documents.size(), WARM_DOCUMENTS));
    jobs.stream()
        .findFirst()
        .ifPresent(job -> run(few, job, progress.stage("warming up", few.size())));
    Map<Job, EngineInfill.Outcome> outcomes = new HashMap<>();
    IntConsumer done = progress.stage("runs through the engine", documents.size() * jobs.size());
    int behind = 0;
    for (int from = 0; from < documents.size(); from += TURN_DOCUMENTS) {
      List<EvaluationCanvas> turn =
          documents.subList(from, Math.min(documents.size(), from + TURN_DOCUMENTS));
      for (Job job : jobs) {
        int before = behind;
        EngineInfill.Outcome outcome = run(turn, job, count -> done.accept(before + count));
        outcomes.merge(job, outcome, EngineInfill.Outcome::and);
        behind += turn.size();
      }
    }
    return outcomes;
  }

  private EngineInfill.Outcome run(List<EvaluationCanvas> documents, Job job, IntConsumer done) {
    return engine.measure(documents, masking(job.share()), job.settings(), done);
  }

  private static InfillMeasure row(
      Job job, Checked<SamplingSettings> base, Map<Job, EngineInfill.Outcome> outcomes) {
    EngineInfill.Outcome outcome = outcomes.get(job);
    Optional<EngineInfill.Outcome> other =
        base instanceof Checked.Valid<SamplingSettings> valid
                && !valid.value().equals(job.settings())
            ? Optional.of(outcomes.get(new Job(job.share(), valid.value())))
            : Optional.empty();
    return new InfillMeasure(
        measure(outcome.right()),
        other.map(that -> outcome.right().minus(that.right())),
        outcome.steps().perToken(),
        outcome.tokensPerStep(),
        outcome.secondsPerDocument());
  }

  private Masking masking(double share) {
    return new Masking(share, spanLength, seed);
  }

  private static Measure measure(DocumentSums sums) {
    return new Measure(sums.perToken(), sums.documents(), sums.tokens());
  }
}
