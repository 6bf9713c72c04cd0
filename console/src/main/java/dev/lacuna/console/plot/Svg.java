package dev.lacuna.console.plot;

import java.util.Locale;

/**
 * SVG text being written.
 *
 * <p>Threading: used by one thread.
 */
public final class Svg {

  /** Where a text stands to its point. */
  enum Anchor {
    START,
    MIDDLE,
    END;

    private String value() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final StringBuilder text = new StringBuilder();

  /** Anything; numbers in the arguments are shown with two decimals at most. */
  Svg raw(String format, Object... arguments) {
    Object[] shown = new Object[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      shown[i] = arguments[i] instanceof Double number ? number(number) : arguments[i];
    }
    text.append(String.format(Locale.ROOT, format, shown)).append('\n');
    return this;
  }

  Svg line(double x1, double y1, double x2, double y2, String style) {
    return raw("<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" %s/>", x1, y1, x2, y2, style);
  }

  Svg label(double x, double y, Anchor anchor, String style, String content) {
    return raw(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" %s>%s</text>",
        x, y, anchor.value(), style, escaped(content));
  }

  /** A group that later {@link #end} closes; {@code name} is for readers of the file. */
  Svg group(String kind, String name) {
    return raw("<g class=\"%s\" data-name=\"%s\">", kind, escaped(name));
  }

  Svg end() {
    return raw("</g>");
  }

  /** With two decimals at most. */
  static String number(double value) {
    String shown = String.format(Locale.ROOT, "%.2f", value);
    return shown.replaceAll("0+$", "").replaceAll("\\.$", "");
  }

  /** Text as it may stand between tags and in attributes. */
  static String escaped(String content) {
    StringBuilder escaped = new StringBuilder();
    content
        .codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(isXml(point) ? point : 0xFFFD);
              }
            });
    return escaped.toString();
  }

  /** XML 1.0 has no other characters, not even escaped. */
  private static boolean isXml(int point) {
    return point == '\t'
        || point == '\n'
        || (point >= 0x20 && point <= 0xD7FF)
        || (point >= 0xE000 && point <= 0xFFFD)
        || point > 0xFFFF;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
