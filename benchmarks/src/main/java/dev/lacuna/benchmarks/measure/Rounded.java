package dev.lacuna.benchmarks.measure;

/** Numbers as reports have them: digits that a measurement can't mean are left out. */
public final class Rounded {

  private Rounded() {}

  /** To three decimals. */
  public static double to3(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
