package dev.lacuna.runtime.sampling.pass;

import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.RandomSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which masks a step unmasks. Pure functions over one row; every row has its own settings, schedule
 * and randomness.
 *
 * <p>Candidates stand in ascending order of position, so a lower index is a lower position.
 */
public final class UnmaskingStep {

  private UnmaskingStep() {}

  /**
   * The candidates that the model is surest of (SMDM {@code greddy}, LLaDA {@code low_confidence},
   * Dream). A candidate whose proposal ends the document counts as minus infinity while another is
   * left (LLaDA's {@code confidence_eos_eot_inf}), else long blanks would end at once. Ties go to
   * the lower position.
   *
   * @param certainties of the proposals; NaN counts as minus infinity
   * @param ends whether each proposal is the end token; shape as certainties
   * @param count how many to unmask
   * @return indices of the chosen candidates, ascending; shape (min(count, candidates))
   */
  public static int[] mostCertain(float[] certainties, boolean[] ends, int count) {
    float[] scores = new float[certainties.length];
    for (int i = 0; i < scores.length; i++) {
      boolean last = ends[i] || Float.isNaN(certainties[i]);
      scores[i] = last ? Float.NEGATIVE_INFINITY : certainties[i];
    }
    return highest(scores, count);
  }

  /** Certainties of the candidates that don't end the document, falling. */
  static float[] ranked(float[] certainties, boolean[] ends) {
    float[] rising = new float[certainties.length];
    int count = 0;
    for (int i = 0; i < certainties.length; i++) {
      if (!ends[i]) {
        rising[count++] = Float.isNaN(certainties[i]) ? Float.NEGATIVE_INFINITY : certainties[i];
      }
    }
    Arrays.sort(rising, 0, count);
    float[] falling = new float[count];
    for (int i = 0; i < count; i++) {
      falling[i] = rising[count - 1 - i];
    }
    return falling;
  }

  /**
   * Random order: candidates drawn without replacement by ranking one uniform number each. Chosen
   * before the forward pass, so that only these positions need proposals.
   *
   * @param positions canvas positions that are masked, ascending; shape (candidates)
   * @param step from 1
   * @param count how many to unmask
   * @return indices of the chosen candidates, ascending; shape (min(count, candidates))
   */
  public static int[] random(int[] positions, RandomSource random, int pass, int step, int count) {
    float[] scores = new float[positions.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.uniform(pass, step, positions[i], CounterRandom.ORDER_STREAM);
    }
    return highest(scores, count);
  }

  private static int[] highest(float[] scores, int count) {
    if (count >= scores.length) {
      return IntStream.range(0, scores.length).toArray();
    }
    // The sort is stable, so equal scores stay in order of position.
    int[] chosen =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> -scores[i]))
            .limit(count)
            .mapToInt(Integer::intValue)
            .toArray();
    Arrays.sort(chosen);
    return chosen;
  }
}
