package dev.lacuna.evaluation.measure;

import java.util.List;

/** What a model thinks of masked tokens, from one forward pass. */
public interface MaskedPredictor {

  /**
   * Scores the masks of some canvases.
   *
   * @return one for each canvas, in order
   */
  List<Scores> score(List<MaskedCanvas> canvases);

  /**
   * Of one canvas.
   *
   * @param logProbabilities natural logarithm of the probability of each target, shape (masks)
   * @param best the most probable token of each mask, shape (masks)
   */
  record Scores(double[] logProbabilities, int[] best) {}
}
