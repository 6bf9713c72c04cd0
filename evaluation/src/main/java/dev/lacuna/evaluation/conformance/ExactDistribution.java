package dev.lacuna.evaluation.conformance;

import dev.lacuna.runtime.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.numbers.gamma.RegularizedGamma;

/**
 * A categorical distribution over tokens, exactly known.
 *
 * @param probabilities shape (vocabulary); 0 outside the support
 */
record ExactDistribution(double[] probabilities) {

  /** A right sampler is called wrong once in a million cases; for a given seed, always or never. */
  static final double SIGNIFICANCE = 1e-6;

  /**
   * Evenly spread numbers give every interval of the CDF its length to within one draw; the rest is
   * rounding of fp32 sums.
   */
  static final double DRAWS_OFF = 1.5;

  /** Chi-square needs about this many expected draws in each cell; rarer tokens share one. */
  private static final double EXPECTED_MIN = 5;

  private static final double SUM_TOLERANCE = 1e-6;

  /** Reads parallel lists {@code tokens} and {@code probabilities}. */
  static ExactDistribution read(JsonObject golden, int vocabulary) {
    int[] tokens = golden.integers("tokens");
    double[] listed = golden.numbers("probabilities");
    if (listed.length != tokens.length) {
      throw golden.wrong("probabilities", "a list of " + tokens.length);
    }
    double[] probabilities = new double[vocabulary];
    double sum = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] >= vocabulary || !(listed[i] > 0)) {
        throw golden.wrong(
            "tokens", "ids from 0 to " + (vocabulary - 1) + " of positive probability");
      }
      probabilities[tokens[i]] = listed[i];
      sum += listed[i];
    }
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
      throw golden.wrong("probabilities", "numbers that sum to 1, not to " + sum);
    }
    return new ExactDistribution(probabilities);
  }

  /** Compares each token's share of evenly spread draws. */
  void compareShares(long[] counts, int draws, Finding finding) {
    for (int id = 0; id < counts.length; id++) {
      double allowed = probabilities[id] == 0 ? 0 : DRAWS_OFF / draws;
      finding.near(
          "share of token " + id,
          draws + " evenly spread draws",
          (double) counts[id] / draws,
          probabilities[id],
          allowed);
    }
  }

  /** Judges random draws: nothing outside the support, and chi-square over what is in it. */
  void chiSquare(long[] counts, Finding finding) {
    List<Double> expected = new ArrayList<>();
    List<Long> observed = new ArrayList<>();
    long draws = 0;
    for (long count : counts) {
      draws += count;
    }
    double rareExpected = 0;
    long rareObserved = 0;
    for (int id = 0; id < counts.length; id++) {
      if (probabilities[id] == 0 && counts[id] > 0) {
        finding.mismatch("token %d was drawn %d times, expected never".formatted(id, counts[id]));
        return;
      }
      if (probabilities[id] * draws >= EXPECTED_MIN) {
        expected.add(probabilities[id] * draws);
        observed.add(counts[id]);
      } else {
        rareExpected += probabilities[id] * draws;
        rareObserved += counts[id];
      }
    }
    if (rareExpected >= EXPECTED_MIN) {
      expected.add(rareExpected);
      observed.add(rareObserved);
    }
    if (expected.size() > 1) {
      judge(expected, observed, draws, finding);
    }
  }

  private static void judge(
      List<Double> expected, List<Long> observed, long draws, Finding finding) {
    double statistic = 0;
    for (int cell = 0; cell < expected.size(); cell++) {
      double difference = observed.get(cell) - expected.get(cell);
      statistic += difference * difference / expected.get(cell);
    }
    int degreesOfFreedom = expected.size() - 1;
    double p = RegularizedGamma.Q.value(degreesOfFreedom / 2.0, statistic / 2);
    if (!(p > SIGNIFICANCE)) {
      finding.mismatch(
          "%d random draws: chi-square %.1f over %d cells has p = %.2e, expected more than %.0e"
              .formatted(draws, statistic, expected.size(), p, SIGNIFICANCE));
    }
  }
}
