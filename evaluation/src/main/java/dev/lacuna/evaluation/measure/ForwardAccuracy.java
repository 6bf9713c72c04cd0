package dev.lacuna.evaluation.measure;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.facts.ModelFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * How often the most probable token of a masked position is the one that stood there, all positions
 * from one forward pass.
 *
 * <p>Threading: used by one thread.
 *
 * @param predictor the model
 * @param maskToken id of the mask
 * @param masking which tokens are masked
 */
public record ForwardAccuracy(MaskedPredictor predictor, int maskToken, Masking masking) {

  private static final int BATCH = 32;

  /**
   * The measure for one model.
   *
   * @return the measure, or a refusal with code {@link RefusalCodes#UNSUPPORTED} for a family that
   *     has no mask
   */
  public static Checked<ForwardAccuracy> of(
      MaskedPredictor predictor, ModelFacts facts, Masking masking) {
    return MasksOnly.check(facts)
        .then(mask -> Checked.valid(new ForwardAccuracy(predictor, mask, masking)));
  }

  /**
   * Measures documents.
   *
   * @param done told how many documents are behind it
   * @return right tokens and masked tokens of each document
   */
  public DocumentSums measure(List<EvaluationCanvas> documents, IntConsumer done) {
    double[] right = new double[documents.size()];
    long[] masked = new long[documents.size()];
    for (int first = 0; first < documents.size(); first += BATCH) {
      List<MaskedCanvas> batch = new ArrayList<>();
      for (EvaluationCanvas canvas :
          documents.subList(first, Math.min(documents.size(), first + BATCH))) {
        batch.add(canvas.masked(masking.of(canvas), maskToken));
      }
      List<MaskedPredictor.Scores> scores = predictor.score(batch);
      for (int i = 0; i < batch.size(); i++) {
        right[first + i] = equal(scores.get(i).best(), batch.get(i).targets());
        masked[first + i] = batch.get(i).positions().length;
      }
      done.accept(first + batch.size());
    }
    return new DocumentSums(right, masked);
  }

  /** Places where two arrays agree. */
  static int equal(int[] found, int[] expected) {
    int equal = 0;
    for (int i = 0; i < expected.length; i++) {
      if (found[i] == expected[i]) {
        equal++;
      }
    }
    return equal;
  }
}
