package dev.lacuna.evaluation.measure;

import java.util.Arrays;

/**
 * A quantity summed over each document, beside the number of tokens it was summed over.
 *
 * <p>The document is the unit of chance: tokens of one text are not independent, so errors are
 * those of a ratio of two sums over independent documents (linearised, as for cluster samples).
 *
 * <p>The arrays are never written after construction.
 *
 * @param sums shape (documents)
 * @param counts tokens behind each sum, shape (documents)
 */
public record DocumentSums(double[] sums, long[] counts) {

  /** Refuses arrays that differ in length. */
  public DocumentSums {
    if (sums.length != counts.length) {
      throw new IllegalArgumentException(sums.length + " sums beside " + counts.length + " counts");
    }
  }

  /** Documents. */
  public int documents() {
    return sums.length;
  }

  /** Tokens of all documents. */
  public long tokens() {
    long tokens = 0;
    for (long count : counts) {
      tokens += count;
    }
    return tokens;
  }

  /** These documents, then others. */
  public DocumentSums and(DocumentSums other) {
    int all = documents() + other.documents();
    double[] moreSums = Arrays.copyOf(sums, all);
    long[] moreCounts = Arrays.copyOf(counts, all);
    System.arraycopy(other.sums, 0, moreSums, documents(), other.documents());
    System.arraycopy(other.counts, 0, moreCounts, documents(), other.documents());
    return new DocumentSums(moreSums, moreCounts);
  }

  /** Sum over all documents per token, NaN without tokens. */
  public Estimate perToken() {
    return new Estimate(ratio(), error(residuals()));
  }

  /**
   * How much more per token than another quantity of the same documents; their common luck cancels.
   *
   * @throws IllegalArgumentException if the documents are not as many
   */
  public Estimate minus(DocumentSums other) {
    if (other.documents() != documents()) {
      throw new IllegalArgumentException(
          documents() + " documents beside " + other.documents() + ": not the same ones");
    }
    double[] residuals = residuals();
    double[] others = other.residuals();
    for (int i = 0; i < residuals.length; i++) {
      residuals[i] -= others[i];
    }
    return new Estimate(ratio() - other.ratio(), error(residuals));
  }

  private double ratio() {
    double sum = 0;
    for (double value : sums) {
      sum += value;
    }
    return sum / tokens();
  }

  /** What each document adds to the ratio beyond its share; shape (documents). */
  private double[] residuals() {
    double ratio = ratio();
    double tokens = tokens();
    double[] residuals = new double[sums.length];
    for (int i = 0; i < residuals.length; i++) {
      residuals[i] = (sums[i] - ratio * counts[i]) / tokens;
    }
    return residuals;
  }

  private static double error(double[] residuals) {
    if (residuals.length < 2) {
      return Double.NaN;
    }
    double squares = 0;
    for (double residual : residuals) {
      squares += residual * residual;
    }
    return Math.sqrt(squares * residuals.length / (residuals.length - 1));
  }
}
