package dev.lacuna.evaluation;

import dev.lacuna.evaluation.measure.DocumentSums;
import dev.lacuna.evaluation.measure.Estimate;
import dev.lacuna.evaluation.measure.EvaluationCanvas;
import dev.lacuna.evaluation.measure.ForwardAccuracy;
import dev.lacuna.evaluation.measure.LikelihoodBound;
import dev.lacuna.evaluation.measure.MaskedCanvas;
import dev.lacuna.evaluation.measure.MaskedPredictor;
import dev.lacuna.evaluation.measure.Masking;
import dev.lacuna.evaluation.report.EvalReport;
import dev.lacuna.evaluation.report.EvalReport.AccuracyLoss;
import dev.lacuna.evaluation.report.Shown;
import dev.lacuna.evaluation.report.Sweep;
import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.facts.ModelFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a model loses by its numbers: compared with itself in fp32 on the same documents and masks,
 * so that their common luck cancels.
 *
 * <p>Threading: used by one thread.
 *
 * @param facts of the model
 * @param whole the model in fp32
 * @param other the model in its numbers
 * @param spanLength tokens masked in a row in the accuracy measures
 * @param seed of every choice
 */
record NumbersLoss(
    ModelFacts facts, MaskedPredictor whole, MaskedPredictor other, int spanLength, long seed) {

  /**
   * Compares.
   *
   * @param progress shows how far each pass over the documents is
   * @return the loss, or a refusal for a family that has no mask
   */
  Checked<EvalReport.Loss> measure(List<EvaluationCanvas> documents, EvalProgress progress) {
    return bound(whole, documents, progress)
        .then(
            base ->
                bound(other, documents, progress)
                    .then(mine -> Checked.valid(loss(mine, base, documents, progress))));
  }

  private EvalReport.Loss loss(
      DocumentSums mine,
      DocumentSums base,
      List<EvaluationCanvas> documents,
      EvalProgress progress) {
    Estimate more = mine.minus(base);
    double nats = base.perToken().value();
    return new EvalReport.Loss(
        new Estimate(more.value() / nats, more.standardError() / nats),
        mine.documents(),
        Sweep.SHARES.stream().map(share -> accuracy(share, documents, progress)).toList());
  }

  private Checked<DocumentSums> bound(
      MaskedPredictor predictor, List<EvaluationCanvas> documents, EvalProgress progress) {
    int canvases = documents.size() * Evaluation.BOUND_DRAWS;
    IntConsumer done = progress.stage("against fp32, masked canvases", canvases);
    return LikelihoodBound.of(predictor, facts, Evaluation.BOUND_DRAWS, seed)
        .then(bound -> Checked.valid(bound.measure(documents, done)));
  }

  private AccuracyLoss accuracy(
      double share, List<EvaluationCanvas> documents, EvalProgress progress) {
    Masking masking = new Masking(share, spanLength, seed);
    Recording first = new Recording(whole, new ArrayList<>());
    Recording second = new Recording(other, new ArrayList<>());
    String what = "against fp32, " + Shown.percent(share) + " masked";
    DocumentSums base =
        new ForwardAccuracy(first, facts.maskToken(), masking)
            .measure(documents, progress.stage(what, documents.size()));
    DocumentSums mine =
        new ForwardAccuracy(second, facts.maskToken(), masking)
            .measure(documents, progress.stage(what, documents.size()));
    return new AccuracyLoss(share, mine.minus(base), differ(first, second), mine.tokens());
  }

  private static long differ(Recording first, Recording second) {
    long differ = 0;
    for (int i = 0; i < first.best().size(); i++) {
      int[] a = first.best().get(i);
      int[] b = second.best().get(i);
      for (int token = 0; token < a.length; token++) {
        differ += a[token] == b[token] ? 0 : 1;
      }
    }
    return differ;
  }

  /** A predictor that keeps its most probable tokens. */
  private record Recording(MaskedPredictor predictor, List<int[]> best) implements MaskedPredictor {

    @Override
    public List<Scores> score(List<MaskedCanvas> canvases) {
      List<Scores> scores = predictor.score(canvases);
      scores.forEach(score -> best.add(Arrays.copyOf(score.best(), score.best().length)));
      return scores;
    }
  }
}
