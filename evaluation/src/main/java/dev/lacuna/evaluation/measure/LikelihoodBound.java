package dev.lacuna.evaluation.measure;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.facts.ModelFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * An upper bound of the negative log-likelihood of documents under a masked diffusion model.
 *
 * <p>The bound is E over t uniform in (0, 1] of (1/t) Σ −log p(token) over the positions that are
 * masked, each with probability t (MDLM, arXiv 2406.07524; SMDM, arXiv 2410.18514). With L tokens,
 * integrating t out leaves the number of masks l uniform in 1..L and the weight L/l (LLaDA, arXiv
 * 2502.09992, appendix): the same expectation with less variance, since l can't wander about tL.
 *
 * <p>Each document has several draws, one from each equal part of the range of l, which removes
 * most of the variance over l and keeps the estimate unbiased.
 *
 * <p>Threading: used by one thread.
 */
public final class LikelihoodBound {

  /** Canvases handed to the predictor at once. */
  private static final int BATCH = 32;

  private final MaskedPredictor predictor;
  private final int maskToken;
  private final int draws;
  private final long seed;

  private LikelihoodBound(MaskedPredictor predictor, int maskToken, int draws, long seed) {
    this.predictor = predictor;
    this.maskToken = maskToken;
    this.draws = draws;
    this.seed = seed;
  }

  /**
   * A bound for one model.
   *
   * @param draws masked canvases for each document, at least 1
   * @return the measure, or a refusal with code {@link RefusalCodes#UNSUPPORTED} for a family that
   *     has no mask
   */
  public static Checked<LikelihoodBound> of(
      MaskedPredictor predictor, ModelFacts facts, int draws, long seed) {
    if (draws < 1) {
      throw new IllegalArgumentException("draws is " + draws + "; it must be at least 1");
    }
    return MasksOnly.check(facts)
        .then(mask -> Checked.valid(new LikelihoodBound(predictor, mask, draws, seed)));
  }

  /**
   * Measures documents.
   *
   * @param done told how many masked canvases are behind it, of documents × draws
   * @return bound in nats and scored tokens of each document
   */
  public DocumentSums measure(List<EvaluationCanvas> documents, IntConsumer done) {
    double[] nats = new double[documents.size()];
    List<Integer> owners = new ArrayList<>();
    List<MaskedCanvas> batch = new ArrayList<>();
    int finished = 0;
    for (int i = 0; i < documents.size(); i++) {
      for (int draw = 0; draw < draws && documents.get(i).scoredTokens() > 0; draw++) {
        owners.add(i);
        batch.add(drawn(documents.get(i), draw));
      }
      if (batch.size() >= BATCH || i == documents.size() - 1) {
        add(nats, documents, owners, batch);
        finished += batch.size();
        done.accept(finished);
        owners.clear();
        batch.clear();
      }
    }
    long[] tokens = documents.stream().mapToLong(EvaluationCanvas::scoredTokens).toArray();
    return new DocumentSums(nats, tokens);
  }

  /** One canvas with l masks, l from the draw's part of 1..L. */
  private MaskedCanvas drawn(EvaluationCanvas canvas, int draw) {
    int tokens = canvas.scoredTokens();
    int key = MaskChoice.BOUND + draw;
    double level = (draw + MaskChoice.level(seed, canvas.document(), key)) / draws;
    int masks = 1 + (int) Math.min(tokens - 1L, (long) (level * tokens));
    int[] positions =
        MaskChoice.positions(
            seed, canvas.document(), key, canvas.textStart(), canvas.tokens().length, masks);
    return canvas.masked(positions, maskToken);
  }

  private void add(
      double[] nats,
      List<EvaluationCanvas> documents,
      List<Integer> owners,
      List<MaskedCanvas> batch) {
    List<MaskedPredictor.Scores> scores = predictor.score(batch);
    for (int i = 0; i < batch.size(); i++) {
      double sum = 0;
      for (double logProbability : scores.get(i).logProbabilities()) {
        sum -= logProbability;
      }
      int tokens = documents.get(owners.get(i)).scoredTokens();
      nats[owners.get(i)] += sum * tokens / batch.get(i).positions().length / draws;
    }
  }
}
