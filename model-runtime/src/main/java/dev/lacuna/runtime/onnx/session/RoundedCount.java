package dev.lacuna.runtime.onnx.session;

/**
 * Rounds numbers up so that few different ones are left: sixteen between a power of two and the
 * next, so that less than 1/16 is added, and nothing to numbers up to 32.
 */
final class RoundedCount {

  /** Binary digits that are kept. */
  private static final int DIGITS = 5;

  private RoundedCount() {}

  /** The smallest of the numbers left that is not below this one. */
  static int of(int count) {
    int dropped = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(count) - DIGITS);
    int step = 1 << dropped;
    return Math.addExact(count, step - 1) & -step;
  }
}
