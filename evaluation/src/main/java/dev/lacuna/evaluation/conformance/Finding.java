package dev.lacuna.evaluation.conformance;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a comparison found so far: the first mismatch, and the largest difference from a recorded
 * number.
 *
 * <p>Threading: owned by the case that is being run.
 */
final class Finding {

  private String first;
  private String skipped;
  private double worst = Double.NaN;

  /** Notes a mismatch; only the first is kept. */
  void mismatch(String reason) {
    if (first == null) {
      first = reason;
    }
  }

  /**
   * Compares a number with a recorded one.
   *
   * @param where step, position or row
   */
  void near(String what, String where, double found, double expected, double tolerance) {
    double difference = Math.abs(found - expected);
    seen(difference);
    if (!(difference <= tolerance)) {
      mismatch(
          "%s: %s is %s, expected %s (difference %.2e, allowed %.0e)"
              .formatted(where, what, found, expected, difference, tolerance));
    }
  }

  /** Notes the difference of one number from a recorded one. */
  void seen(double difference) {
    if (!(difference <= worst)) { // also replaces the NaN of no number yet
      worst = difference;
    }
  }

  /** Adds to the first mismatch, if there is one. */
  void explain(String cause) {
    if (first != null) {
      first += "; " + cause;
    }
  }

  /** Compares lists element by element. */
  void same(String what, String where, int[] found, int[] expected) {
    if (found.length != expected.length) {
      mismatch(
          "%s: %d %s, expected %d: found %s, expected %s"
              .formatted(
                  where, found.length, what, expected.length, shown(found), shown(expected)));
      return;
    }
    for (int i = 0; i < found.length; i++) {
      if (found[i] != expected[i]) {
        mismatch(
            "%s: %s at index %d is %d, expected %d"
                .formatted(where, what, i, found[i], expected[i]));
        return;
      }
    }
  }

  private static String shown(int[] values) {
    String text = Arrays.toString(values);
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }

  /** Notes that the kit leaves the case out. */
  void skip(String reason) {
    skipped = reason;
  }

  /** Why the kit leaves the case out, if it does. */
  Optional<String> skipped() {
    return Optional.ofNullable(skipped);
  }

  /** The first mismatch. */
  Optional<String> mismatch() {
    return Optional.ofNullable(first);
  }

  /** See {@link CaseResult#worst}. */
  double worst() {
    return worst;
  }
}
