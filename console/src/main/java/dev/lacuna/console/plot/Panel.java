package dev.lacuna.console.plot;

import java.util.List;

/**
 * One chart.
 *
 * @param title what it shows
 * @param x axis to the right
 * @param y axis upwards
 * @param series in the order of the legend
 * @param references horizontal lines to compare with
 */
public record Panel(String title, Axis x, Axis y, List<Series> series, List<Reference> references) {

  public Panel {
    series = List.copyOf(series);
    references = List.copyOf(references);
  }

  /**
   * An axis.
   *
   * @param label quantity and unit
   */
  public record Axis(String label, Scale scale) {}

  /** How the points of a series are drawn. */
  public enum Look {
    /** Markers joined by a line. */
    LINE,
    /** Markers alone. */
    POINTS,
    /** Bars from the bottom. */
    BARS
  }

  /**
   * Points that belong together.
   *
   * @param name for the legend
   * @param colour as CSS has it
   */
  public record Series(String name, String colour, Look look, List<Point> points) {

    public Series {
      points = List.copyOf(points);
    }
  }

  /**
   * A value with its interval.
   *
   * @param half half the width of the interval; NaN or 0 for none
   * @param label beside the point; empty for none
   * @param hint shown while the pointer rests on it
   */
  public record Point(double x, double y, double half, String label, String hint) {}

  /** A value to compare with. */
  public record Reference(String label, double y) {}
}
