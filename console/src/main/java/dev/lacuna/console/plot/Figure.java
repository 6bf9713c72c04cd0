package dev.lacuna.console.plot;

import dev.lacuna.console.plot.Svg.Anchor;
import java.util.List;

/**
 * Panels in a grid under one heading, as an SVG document.
 *
 * @param title heading
 * @param subtitle what was measured
 * @param notes lines below the panels
 * @param panels row by row
 */
public record Figure(String title, String subtitle, List<String> notes, List<Panel> panels) {

  private static final int COLUMNS = 3;
  private static final double PANEL_WIDTH = 390;
  private static final double PANEL_HEIGHT = 330;
  private static final double MARGIN = 16;
  private static final double HEADING = 66;
  private static final double NOTE = 18;

  public Figure {
    notes = List.copyOf(notes);
    panels = List.copyOf(panels);
  }

  /** The whole file. */
  public String svg() {
    int columns = Math.max(1, Math.min(COLUMNS, panels.size()));
    int rows = (panels.size() + columns - 1) / columns;
    // A panel alone is wider, so that the lines of words have room.
    double panelWidth = columns == 1 ? 1.5 * PANEL_WIDTH : PANEL_WIDTH;
    double width = 2 * MARGIN + columns * panelWidth;
    double height = HEADING + rows * PANEL_HEIGHT + NOTE * notes.size() + 2 * MARGIN;
    Svg svg = new Svg();
    svg.raw(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\" role=\"img\""
            + " font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif\" font-size=\"12\">",
        width, height, width, height);
    svg.raw("<title>%s</title>", Svg.escaped(title));
    svg.raw(
        "<style>.heading { font-size: 20px; font-weight: 600 } .title { font-size: 14px; font-weight: 600 } .small { font-size: 11px }</style>");
    svg.raw("<rect width=\"%s\" height=\"%s\" fill=\"#fff\"/>", width, height);
    svg.label(MARGIN + 6, 32, Anchor.START, "fill=\"#222\" class=\"heading\"", title);
    svg.label(MARGIN + 6, 53, Anchor.START, "fill=\"#666\"", subtitle);
    for (int i = 0; i < panels.size(); i++) {
      double x = MARGIN + i % columns * panelWidth;
      double y = HEADING + i / columns * PANEL_HEIGHT;
      new PanelDrawing(svg, panels.get(i), x, y, panelWidth, PANEL_HEIGHT).draw();
    }
    double y = HEADING + rows * PANEL_HEIGHT + MARGIN;
    for (String note : notes) {
      svg.label(MARGIN + 6, y, Anchor.START, "fill=\"#666\"", note);
      y += NOTE;
    }
    svg.raw("</svg>");
    return svg.toString();
  }
}
