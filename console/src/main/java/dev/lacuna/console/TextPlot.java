package dev.lacuna.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Small bar charts of block characters. */
public final class TextPlot {

  /** Eighths of a cell, from empty to full. */
  private static final String EIGHTHS = " ▁▂▃▄▅▆▇█";

  private TextPlot() {}

  /**
   * One bar for each value, or the mean of several neighbours where there are more than columns.
   *
   * @param values not negative, in order
   * @param columns most bars
   * @param rows height
   * @return the chart's lines from the top, the greatest value and 0 at the left edge; empty for no
   *     values
   */
  public static List<String> bars(double[] values, int columns, int rows) {
    if (values.length == 0) {
      return List.of();
    }
    double[] heights = squeeze(values, columns);
    double top = Arrays.stream(heights).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (int row = rows - 1; row >= 0; row--) {
      StringBuilder line = new StringBuilder(label(row, rows, top)).append(" ┤");
      for (double height : heights) {
        double eighths = top == 0 ? 0 : height / top * rows * 8 - row * 8.0;
        line.append(EIGHTHS.charAt((int) Math.round(Math.max(0, Math.min(8, eighths)))));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  /** Means of equal shares of the values; shape (min(values, columns)). */
  static double[] squeeze(double[] values, int columns) {
    int bars = Math.min(values.length, columns);
    double[] means = new double[bars];
    for (int bar = 0; bar < bars; bar++) {
      int from = (int) ((long) bar * values.length / bars);
      int to = (int) ((long) (bar + 1) * values.length / bars);
      means[bar] = Arrays.stream(values, from, to).average().orElse(0);
    }
    return means;
  }

  private static String label(int row, int rows, double top) {
    String text = "";
    if (row == rows - 1) {
      text = String.format(Locale.ROOT, top < 10 ? "%.1f" : "%.0f", top);
    } else if (row == 0) {
      text = "0";
    }
    return " ".repeat(Math.max(0, 7 - text.length())) + text;
  }
}
