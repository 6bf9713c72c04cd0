package dev.lacuna.evaluation.report;

import dev.lacuna.evaluation.baseline.Baselines;
import dev.lacuna.evaluation.measure.Estimate;
import dev.lacuna.runtime.check.Checked;
import java.util.List;
import java.util.Optional;

/**
 * All that was measured.
 *
 * @param subject what was measured, and on what
 * @param bound likelihood bound in nats per token, or why there is none
 * @param forward accuracy of one forward pass at each share of masked tokens
 * @param baselines figures of simple models, or why there are none
 * @param infill rows of the series, in order
 * @param loss what the model loses by its numbers; empty for one in fp32
 */
public record EvalReport(
    Subject subject,
    Checked<Measure> bound,
    List<ForwardRow> forward,
    Checked<Baselines> baselines,
    List<InfillRow> infill,
    Optional<Checked<Loss>> loss) {

  public EvalReport {
    forward = List.copyOf(forward);
    infill = List.copyOf(infill);
  }

  /**
   * What was measured, and on what.
   *
   * @param model its name
   * @param fingerprint what results depend on besides the settings
   * @param file the held-out documents
   * @param documents documents in the file
   * @param forwardDocuments documents of the measures of one forward pass
   * @param engineDocuments documents of the runs
   * @param cutDocuments of the forward documents, those that were cut at the canvas
   * @param canvasLimit tokens of a canvas
   * @param boundDraws masked canvases for each document of the bound
   * @param spanLength tokens masked in a row in the accuracy measures
   * @param seed of every choice
   * @param base what the series vary, for people
   */
  public record Subject(
      String model,
      String fingerprint,
      String file,
      int documents,
      int forwardDocuments,
      int engineDocuments,
      int cutDocuments,
      int canvasLimit,
      int boundDraws,
      int spanLength,
      long seed,
      String base) {}

  /**
   * A measure over some documents.
   *
   * @param tokens tokens that it is a mean over
   */
  public record Measure(Estimate estimate, int documents, long tokens) {}

  /**
   * Accuracy of one forward pass.
   *
   * @param share of the text's tokens that were masked
   */
  public record ForwardRow(double share, Checked<Measure> accuracy) {}

  /**
   * What a model loses against itself in fp32, on the same documents and masks.
   *
   * @param bound by what share of itself the likelihood bound is higher
   * @param documents that were compared
   * @param accuracies of one forward pass
   */
  public record Loss(Estimate bound, int documents, List<AccuracyLoss> accuracies) {

    public Loss {
      accuracies = List.copyOf(accuracies);
    }
  }

  /**
   * Accuracy of one forward pass against fp32.
   *
   * @param share of the text's tokens that were masked
   * @param accuracy by how much it is higher
   * @param differing tokens of which another one is the most probable
   * @param tokens masked ones
   */
  public record AccuracyLoss(double share, Estimate accuracy, long differing, long tokens) {}

  /** One row of a series: what came of it, or why this model can't be run so. */
  public record InfillRow(InfillSetting setting, Checked<InfillMeasure> result) {}

  /**
   * What came of the runs of one setting.
   *
   * @param accuracy share of masked tokens that came back
   * @param againstBase by how much more than the base's, on the same documents; empty for the base
   * @param steps mean steps of a document
   * @param tokensPerStep masks unmasked in a step of a document, on average
   * @param secondsPerDocument wall time over documents, which share batches
   */
  public record InfillMeasure(
      Measure accuracy,
      Optional<Estimate> againstBase,
      Estimate steps,
      double tokensPerStep,
      double secondsPerDocument) {}

  /** Rows of one series at one share that could be measured. */
  public List<InfillRow> series(Varied varied, double share) {
    return infill.stream()
        .filter(row -> row.setting().varied() == varied && row.setting().share() == share)
        .filter(row -> row.result() instanceof Checked.Valid<InfillMeasure>)
        .toList();
  }

  /** The figures of a row that could be measured. */
  public static InfillMeasure measured(InfillRow row) {
    return ((Checked.Valid<InfillMeasure>) row.result()).value();
  }
}
