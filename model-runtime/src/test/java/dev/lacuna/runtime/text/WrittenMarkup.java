package dev.lacuna.runtime.text;

import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import java.util.List;

/** Writes documents so that {@link BlankMarkup} reads them back, touching texts joined. */
final class WrittenMarkup {

  private WrittenMarkup() {}

  static String of(List<Segment> segments) {
    StringBuilder out = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (Segment segment : segments) {
      if (segment instanceof Text known) {
        text.append(known.content());
      } else if (segment instanceof Blank blank) {
        escape(text, true, out);
        text.setLength(0);
        out.append(marker(blank));
      }
    }
    escape(text, false, out);
    return out.toString();
  }

  private static String marker(Blank blank) {
    String name = blank.name().map(n -> ":" + n).orElse("");
    String upTo = blank.length() == BlankLength.UP_TO ? "<=" : "";
    return "[[" + upTo + blank.tokens() + name + "]]";
  }

  private static void escape(CharSequence text, boolean beforeBlank, StringBuilder out) {
    int at = 0;
    while (at < text.length()) {
      int slashes = run(text, at, '\\');
      int brackets = run(text, at + slashes, '[');
      int end = at + slashes + brackets;
      boolean touchesMarker = beforeBlank && end == text.length();
      if (slashes + brackets == 0) {
        out.append(text.charAt(at++));
        continue;
      }
      boolean counted = brackets >= 2 || touchesMarker;
      out.append("\\".repeat(counted ? 2 * slashes : slashes));
      out.append("\\[[".repeat(brackets / 2)).append("[".repeat(brackets % 2));
      at = end;
    }
  }

  private static int run(CharSequence text, int from, char c) {
    int end = from;
    while (end < text.length() && text.charAt(end) == c) {
      end++;
    }
    return end - from;
  }
}
