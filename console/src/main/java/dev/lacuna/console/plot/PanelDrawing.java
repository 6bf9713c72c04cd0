package dev.lacuna.console.plot;

import dev.lacuna.console.plot.Panel.Look;
import dev.lacuna.console.plot.Panel.Point;
import dev.lacuna.console.plot.Panel.Reference;
import dev.lacuna.console.plot.Panel.Series;
import dev.lacuna.console.plot.Svg.Anchor;
import java.util.List;

/**
 * Draws one panel into a rectangle; lengths are SVG user units, y grows downwards.
 *
 * <p>Threading: used by one thread.
 */
final class PanelDrawing {

  private static final double LEFT_ROOM = 52;
  private static final double RIGHT_ROOM = 12;
  private static final double TOP_ROOM = 50;
  private static final double BOTTOM_ROOM = 48;
  private static final double RADIUS = 4;
  private static final double CAP = 3.5;
  private static final double ABOVE = 7;
  private static final double BELOW = 15;
  private static final double LABEL_ROOM = 26;
  private static final double BAR_SHARE = 0.56;
  private static final String INK = "fill=\"#222\"";
  private static final String QUIET = "fill=\"#666\"";

  private final Svg svg;
  private final Panel panel;
  private final double left;
  private final double right;
  private final double top;
  private final double bottom;
  private double lastLabelled = Double.NEGATIVE_INFINITY;

  PanelDrawing(Svg svg, Panel panel, double x, double y, double width, double height) {
    this.svg = svg;
    this.panel = panel;
    this.left = x + LEFT_ROOM;
    this.right = x + width - RIGHT_ROOM;
    this.top = y + TOP_ROOM;
    this.bottom = y + height - BOTTOM_ROOM;
  }

  void draw() {
    svg.group("panel", panel.title());
    svg.label(left, top - 32, Anchor.START, INK + " class=\"title\"", panel.title());
    legend();
    axes();
    panel.references().forEach(this::reference);
    panel.series().forEach(this::series);
    svg.end();
  }

  private void legend() {
    List<Series> named = panel.series().stream().filter(s -> !s.name().isEmpty()).toList();
    double x = left;
    for (Series series : named) {
      double y = top - 14;
      if (series.look() == Look.LINE) {
        svg.line(x, y - 4, x + 16, y - 4, stroke(series.colour(), 2));
      }
      svg.raw(
          "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>",
          x + 8, y - 4, RADIUS, series.colour());
      svg.label(x + 21, y, Anchor.START, INK, series.name());
      x += 21 + 6.7 * series.name().length() + 16;
    }
  }

  private void axes() {
    for (Scale.Tick tick : panel.y().scale().ticks()) {
      double y = y(tick.value());
      svg.line(left, y, right, y, "stroke=\"#e3e3e3\"");
      svg.label(left - 7, y + 4, Anchor.END, QUIET, tick.label());
    }
    boolean names = panel.x().scale() instanceof Scale.Names;
    for (Scale.Tick tick : panel.x().scale().ticks()) {
      double x = x(tick.value());
      if (!names) {
        svg.line(x, bottom, x, bottom + 4, "stroke=\"#888\"");
      }
      svg.label(x, bottom + 17, Anchor.MIDDLE, QUIET, tick.label());
    }
    svg.line(left, bottom, right, bottom, "stroke=\"#888\"");
    svg.label((left + right) / 2, bottom + 36, Anchor.MIDDLE, INK, panel.x().label());
    double middle = (top + bottom) / 2;
    svg.raw(
        "<text transform=\"translate(%s %s) rotate(-90)\" text-anchor=\"middle\" %s>%s</text>",
        left - 40, middle, INK, Svg.escaped(panel.y().label()));
  }

  private void reference(Reference reference) {
    double y = y(reference.y());
    svg.group("reference", reference.label());
    svg.line(left, y, right, y, "stroke=\"#777\" stroke-dasharray=\"5 4\"");
    svg.label(right - 2, y - 5, Anchor.END, QUIET + " class=\"small\"", reference.label());
    svg.end();
  }

  private void series(Series series) {
    svg.group("series", series.name());
    if (series.look() == Look.LINE && series.points().size() > 1) {
      StringBuilder points = new StringBuilder();
      for (Point point : series.points()) {
        points.append(Svg.number(x(point.x()))).append(',');
        points.append(Svg.number(y(point.y()))).append(' ');
      }
      svg.raw(
          "<polyline points=\"%s\" fill=\"none\" %s/>",
          points.toString().strip(), stroke(series.colour(), 2));
    }
    series.points().forEach(point -> point(series, point));
    svg.end();
  }

  private void point(Series series, Point point) {
    double x = x(point.x());
    double y = y(point.y());
    boolean bar = series.look() == Look.BARS;
    if (bar) {
      double width = BAR_SHARE * (right - left) / panel.x().scale().ticks().size();
      svg.raw(
          "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"><title>%s</title></rect>",
          x - width / 2, y, width, bottom - y, series.colour(), Svg.escaped(point.hint()));
    }
    double beside = bar ? y - ABOVE : y + BELOW;
    if (point.half() > 0) {
      String style = stroke(bar ? "#222" : series.colour(), 1.4);
      double high = y(point.y() + point.half());
      double low = y(point.y() - point.half());
      svg.line(x, high, x, low, style);
      svg.line(x - CAP, high, x + CAP, high, style);
      svg.line(x - CAP, low, x + CAP, low, style);
      beside = bar ? high - ABOVE : low + BELOW;
    }
    if (!bar) {
      svg.raw(
          "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"><title>%s</title></circle>",
          x, y, RADIUS, series.colour(), Svg.escaped(point.hint()));
    }
    // One label over another could not be read; the hint has the value too.
    if (!point.label().isEmpty() && Math.abs(x - lastLabelled) >= LABEL_ROOM) {
      svg.label(x, beside, Anchor.MIDDLE, INK + " class=\"small\"", point.label());
      lastLabelled = x;
    }
  }

  private double x(double value) {
    return left + panel.x().scale().place(value) * (right - left);
  }

  private double y(double value) {
    return bottom - panel.y().scale().place(value) * (bottom - top);
  }

  private static String stroke(String colour, double width) {
    return "stroke=\"" + colour + "\" stroke-width=\"" + Svg.number(width) + "\"";
  }
}
