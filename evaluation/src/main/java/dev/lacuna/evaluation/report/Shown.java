package dev.lacuna.evaluation.report;

import dev.lacuna.evaluation.measure.Estimate;
import java.util.Locale;

/** Numbers as the table and the plot show them. */
public final class Shown {

  private Shown() {}

  /** A share of one as a whole percentage: "15 %". */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  /** "42.5 ± 1.2", in percent; the interval is left out where it is unknown. */
  static String percents(Estimate estimate) {
    return plusMinus("%.1f", 100 * estimate.value(), 100 * estimate.half95());
  }

  /** "+1.4 ± 0.8", in percentage points. */
  static String points(Estimate difference) {
    return plusMinus("%+.1f", 100 * difference.value(), 100 * difference.half95());
  }

  /** "3.54 ± 0.05". */
  static String number2(Estimate estimate) {
    return plusMinus("%.2f", estimate.value(), estimate.half95());
  }

  /** "+0.012 ± 0.007", in percent or percentage points. */
  static String change(Estimate difference) {
    return plusMinus("%+.3f", 100 * difference.value(), 100 * difference.half95());
  }

  /** A small part of a whole: "1.27 %". */
  static String part(long part, long whole) {
    return String.format(Locale.ROOT, "%.2f %%", 100.0 * part / whole);
  }

  /** With some decimals. */
  static String decimals(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** With thousands set apart: "129,227". */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** With the part behind the sign as wide as another row's, so that signs stand in a column. */
  static String aligned(String plusMinus) {
    int sign = plusMinus.indexOf("± ");
    boolean narrow = sign >= 0 && plusMinus.length() - sign < "± 10.0".length();
    return narrow ? plusMinus.replace("± ", "±  ") : plusMinus;
  }

  private static String plusMinus(String format, double value, double half) {
    String shown = String.format(Locale.ROOT, format, value);
    return Double.isNaN(half)
        ? shown
        : shown + " ± " + String.format(Locale.ROOT, format.replace("+", ""), half);
  }
}
