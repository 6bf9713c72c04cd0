package dev.lacuna.runtime.text;

import dev.lacuna.runtime.check.Checked;
import dev.lacuna.runtime.check.RefusalCodes;
import dev.lacuna.runtime.text.Document.Blank;
import dev.lacuna.runtime.text.Document.BlankLength;
import dev.lacuna.runtime.text.Document.Segment;
import dev.lacuna.runtime.text.Document.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The notation in which people write blanks: {@code A library for [[12]] in Java}.
 *
 * <ul>
 *   <li>{@code [[N]]} is a blank of N tokens, {@code [[N:name]]} a named one;
 *   <li>{@code [[<=N]]} and {@code [[<=N:name]]} may end early;
 *   <li>{@code \[[} is a literal {@code [[}. Backslashes directly before {@code [[} count in pairs,
 *       one for each pair; anywhere else a backslash is itself;
 *   <li>of more than two brackets the last two open the marker, so {@code [[[3]]]} is a blank in
 *       brackets.
 * </ul>
 */
public final class BlankMarkup {

  private static final Pattern MARKER = Pattern.compile("\\[\\[(<=)?([0-9]+)(?::([^\\[\\]]+))?]]");

  /** Characters of a faulty marker that an error repeats. */
  private static final int QUOTED_CHARS = 24;

  private final String markup;
  private final List<Segment> segments = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private BlankMarkup(String markup) {
    this.markup = markup;
  }

  /**
   * Reads marked-up text; the token counts are not checked against any model.
   *
   * @return texts and blanks, or a refusal with code {@link RefusalCodes#INVALID_MARKUP}
   */
  public static Checked<Document> parse(String markup) {
    return new BlankMarkup(markup).read();
  }

  private Checked<Document> read() {
    int at = 0;
    while (at < markup.length()) {
      int slashes = run(markup, at, '\\');
      int open = at + slashes;
      int brackets = run(markup, open, '[');
      if (brackets < 2) {
        int taken = Math.max(1, slashes + brackets);
        text.append(markup, at, at + taken);
        at += taken;
        continue;
      }
      text.append("\\".repeat(slashes / 2));
      if (slashes % 2 == 1) {
        text.append("[[");
        at = open + 2;
        continue;
      }
      text.append("[".repeat(brackets - 2));
      int marker = open + brackets - 2;
      Matcher matcher = MARKER.matcher(markup).region(marker, markup.length());
      if (!matcher.lookingAt() || !isInt(matcher.group(2))) {
        return malformed(marker);
      }
      blank(matcher);
      at = matcher.end();
    }
    endText();
    return Checked.valid(new Document(segments));
  }

  private void blank(Matcher matcher) {
    endText();
    BlankLength length = matcher.group(1) == null ? BlankLength.EXACT : BlankLength.UP_TO;
    int tokens = Integer.parseInt(matcher.group(2));
    segments.add(new Blank(tokens, Optional.ofNullable(matcher.group(3)), length));
  }

  private void endText() {
    if (!text.isEmpty()) {
      segments.add(new Text(text.toString()));
      text.setLength(0);
    }
  }

  private Checked<Document> malformed(int marker) {
    int close = markup.indexOf("]]", marker);
    int end = close < 0 ? markup.length() : close + 2;
    String found =
        end - marker <= QUOTED_CHARS
            ? markup.substring(marker, end)
            : markup.substring(marker, marker + QUOTED_CHARS) + "…";
    return Checked.refused(
        RefusalCodes.INVALID_MARKUP,
        "text",
        "'%s' at character %d is no blank; write [[N]], [[N:name]], [[<=N]] or [[<=N:name]] with a whole number N of tokens, or \\[[ for a literal [[."
            .formatted(found, markup.codePointCount(0, marker) + 1));
  }

  private static boolean isInt(String digits) {
    try {
      return Integer.parseInt(digits) >= 0;
    } catch (NumberFormatException e) {
      return false;
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
