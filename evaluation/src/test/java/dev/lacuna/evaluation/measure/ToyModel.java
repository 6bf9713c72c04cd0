package dev.lacuna.evaluation.measure;

import dev.lacuna.runtime.facts.TestFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A made-up joint distribution of three tokens out of four, and a predictor that knows its exact
 * conditionals: of such a model the bound is the exact negative log-likelihood.
 */
final class ToyModel implements MaskedPredictor {

  static final int LENGTH = 3;
  private static final int TOKENS = 4;

  /** Ids of the four tokens begin here, above the special ones. */
  static final int FIRST = 3;

  private final double distortion;

  /**
   * The toy.
   *
   * @param distortion 0 for exact conditionals; otherwise how far they are off, more where more is
   *     masked, so that the bound depends on how masks are drawn
   */
  ToyModel(double distortion) {
    this.distortion = distortion;
  }

  /** Probability of a text, ids from {@link #FIRST}. */
  static double joint(int[] text) {
    double sum = 0;
    for (int a = 0; a < TOKENS; a++) {
      for (int b = 0; b < TOKENS; b++) {
        for (int c = 0; c < TOKENS; c++) {
          sum += weight(a, b, c);
        }
      }
    }
    return weight(text[0] - FIRST, text[1] - FIRST, text[2] - FIRST) / sum;
  }

  private static double weight(int a, int b, int c) {
    return 1 + 5.0 * ((a + 2 * b) % 4 == 1 ? 1 : 0) + 3.0 * ((b + c) % 3) + 2.0 * (a == c ? 1 : 0);
  }

  @Override
  public List<Scores> score(List<MaskedCanvas> canvases) {
    List<Scores> scores = new ArrayList<>();
    for (MaskedCanvas canvas : canvases) {
      double[] logs = new double[canvas.positions().length];
      int[] best = new int[logs.length];
      for (int i = 0; i < logs.length; i++) {
        logs[i] = logProbability(canvas.tokens(), canvas.positions()[i], canvas.targets()[i]);
        for (int id = FIRST; id < FIRST + TOKENS; id++) {
          int found = best[i] == 0 ? id : best[i];
          boolean better =
              logProbability(canvas.tokens(), canvas.positions()[i], id)
                  > logProbability(canvas.tokens(), canvas.positions()[i], found);
          best[i] = better ? id : found;
        }
      }
      scores.add(new Scores(logs, best));
    }
    return scores;
  }

  /** Of a token at a masked position, given the tokens that are not masked. */
  double logProbability(int[] canvas, int position, int token) {
    double all = 0;
    double with = 0;
    for (int a = 0; a < TOKENS; a++) {
      for (int b = 0; b < TOKENS; b++) {
        for (int c = 0; c < TOKENS; c++) {
          int[] text = {FIRST + a, FIRST + b, FIRST + c};
          if (agrees(canvas, text)) {
            double weight = weight(a, b, c);
            all += weight;
            with += text[position] == token ? weight : 0;
          }
        }
      }
    }
    long masks = Arrays.stream(canvas).filter(id -> id == TestFacts.MASK).count();
    double flat = distortion * masks / LENGTH;
    return Math.log((1 - flat) * with / all + flat / TOKENS);
  }

  private static boolean agrees(int[] canvas, int[] text) {
    for (int i = 0; i < LENGTH; i++) {
      if (canvas[i] != TestFacts.MASK && canvas[i] != text[i]) {
        return false;
      }
    }
    return true;
  }
}
