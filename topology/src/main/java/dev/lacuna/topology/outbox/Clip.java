package dev.lacuna.topology.outbox;

import java.nio.charset.StandardCharsets;

/** Shortens text from outside before it is repeated in an answer. */
public final class Clip {
  private static final int QUOTE_CHARS = 100;

  private Clip() {}

  /** A text in quotes, cut after 100 characters. */
  public static String quote(String text) {
    return text.length() <= QUOTE_CHARS
        ? "'" + text + "'"
        : "'" + cut(text, QUOTE_CHARS) + "…' (" + text.length() + " characters)";
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
