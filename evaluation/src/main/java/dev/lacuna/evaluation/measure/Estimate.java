package dev.lacuna.evaluation.measure;

/**
 * A measured number and how far it may be off.
 *
 * @param value the estimate
 * @param standardError its standard error over the choice of documents; NaN for fewer than two
 */
public record Estimate(double value, double standardError) {

  /** Two-sided 95 % quantile of the normal distribution. */
  private static final double NORMAL_95 = 1.96;

  /** Half the width of the 95 % interval; NaN for fewer than two documents. */
  public double half95() {
    return NORMAL_95 * standardError;
  }
}
