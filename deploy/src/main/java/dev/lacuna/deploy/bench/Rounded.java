package dev.lacuna.deploy.bench;

/** Numbers as reports have them: digits that a measurement can't mean are left out. */
final class Rounded {

  private Rounded() {}

  /** To three decimals. */
  static double to3(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
