package dev.lacuna.topology.outbox;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Shortens text from outside before it is repeated in an answer. */
public final class Clip {
  private static final int QUOTE_CHARS = 100;

  private Clip() {}

  /** A text in quotes, cut after 100 characters, on one line and with nothing unseen. */
  public static String quote(String text) {
    return text.length() <= QUOTE_CHARS
        ? "'" + visible(text) + "'"
        : "'" + visible(cut(text, QUOTE_CHARS)) + "…' (" + text.length() + " characters)";
  }

  /**
   * A text with what is not seen as itself in Java's notation: line ends, which would forge lines
   * of a log, other controls, what turns the direction of writing, halves of characters.
   */
  public static String visible(String text) {
    StringBuilder seen = null;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int point = text.codePointAt(at);
      if (seen == null && !isSeen(point)) {
        seen = new StringBuilder(text.length() + 16).append(text, 0, at);
      }
      if (seen != null) {
        append(seen, point);
      }
    }
    return seen == null ? text : seen.toString();
  }

  private static void append(StringBuilder seen, int point) {
    if (isSeen(point)) {
      seen.appendCodePoint(point);
    } else {
      for (char half : Character.toChars(point)) {
        seen.append("\\u").append(HexFormat.of().toHexDigits(half));
      }
    }
  }

  private static boolean isSeen(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** The longest prefix of at most this many UTF-8 bytes that splits no character. */
  public static String toBytes(String text, int maxBytes) {
    if (text.length() <= maxBytes && text.getBytes(StandardCharsets.UTF_8).length <= maxBytes) {
      return text;
    }
    int bytes = 0;
    int end = 0;
    while (end < text.length()) {
      int point = text.codePointAt(end);
      int size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes + size > maxBytes) {
        break;
      }
      bytes += size;
      end += Character.charCount(point);
    }
    return text.substring(0, end);
  }

  private static String cut(String text, int chars) {
    int end = Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
    return text.substring(0, end);
  }
}
