package dev.lacuna.runtime.text;

/**
 * Tells regular expressions that can't blow up from those that can. The tokenizers library ends the
 * process when its matcher (Oniguruma) gives up after ten million retries, which a crafted pattern
 * reaches with a few dozen characters of text. What may be used: alternatives of single characters
 * and classes, bounded or unbounded, where at most one unbounded repetition can be retried for the
 * sake of what follows it, and no group is repeated. Every published tokenizer's pattern is so.
 *
 * <p>Threading: used by one thread.
 */
final class RegexRules {

  private static final int MAX_CHARACTERS = 4000;
  private static final int MAX_DEPTH = 16;

  /** Repetitions up to here count as a fixed number of characters. */
  private static final int FEW = 16;

  private final String pattern;
  private int at;

  private RegexRules(String pattern) {
    this.pattern = pattern;
  }

  /**
   * What a piece of a pattern can do.
   *
   * @param nullable whether it can match nothing
   * @param unbounded whether it can match any number of characters
   */
  private record Piece(boolean nullable, boolean unbounded) {}

  /**
   * Checks a pattern.
   *
   * @param mayMatchNothing whether an empty match does no harm
   * @throws IllegalArgumentException with what was found
   */
  static void check(String pattern, boolean mayMatchNothing) {
    if (pattern.isEmpty() || pattern.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "a regular expression has %d characters, expected 1 to %d"
              .formatted(pattern.length(), MAX_CHARACTERS));
    }
    RegexRules rules = new RegexRules(pattern);
    Piece whole = rules.alternatives(0);
    if (rules.at < pattern.length()) {
      throw rules.refused("has a ')' too many");
    }
    if (whole.nullable() && !mayMatchNothing) {
      throw rules.refused("can match nothing");
    }
  }

  private Piece alternatives(int depth) {
    if (depth > MAX_DEPTH) {
      throw refused("has groups within groups, too deep");
    }
    boolean nullable = false;
    boolean unbounded = false;
    while (true) {
      Piece one = sequence(depth);
      nullable |= one.nullable();
      unbounded |= one.unbounded();
      if (at >= pattern.length() || pattern.charAt(at) != '|') {
        return new Piece(nullable, unbounded);
      }
      at++;
    }
  }

  private Piece sequence(int depth) {
    boolean nullable = true;
    boolean unbounded = false;
    int open = 0; // unbounded pieces since nothing had to follow
    int retried = 0;
    while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      int start = at;
      Piece piece = repeated(element(depth), pattern.charAt(start) == '(');
      boolean look = pattern.startsWith("(?=", start) || pattern.startsWith("(?!", start);
      if (!piece.nullable() || look) {
        retried += open;
        open = 0;
      }
      if (retried > 1) {
        throw refused("has repetitions that are retried for each other");
      }
      open += piece.unbounded() ? 1 : 0;
      nullable &= piece.nullable();
      unbounded |= piece.unbounded();
    }
    return new Piece(nullable, unbounded);
  }

  private Piece element(int depth) {
    char c = pattern.charAt(at++);
    return switch (c) {
      case '(' -> group(depth);
      case '[' -> {
        characterClass(depth);
        yield new Piece(false, false);
      }
      case '\\' -> escape();
      case '^', '$' -> new Piece(true, false);
      case '*', '+', '?' -> throw refused("has a repetition of nothing");
      default -> new Piece(false, false);
    };
  }

  private Piece group(int depth) {
    boolean look = pattern.startsWith("?=", at) || pattern.startsWith("?!", at);
    if (look || pattern.startsWith("?:", at)) {
      at += 2;
    } else if (pattern.startsWith("?i:", at)) {
      at += 3;
    } else if (at < pattern.length() && (pattern.charAt(at) == '?' || pattern.charAt(at) == '*')) {
      throw refused("has a group that is neither (…), (?:…), (?i:…), (?=…) nor (?!…)");
    }
    Piece inner = alternatives(depth + 1);
    if (at >= pattern.length()) {
      throw refused("has a group without an end");
    }
    at++;
    if (look && inner.unbounded()) {
      throw refused("looks ahead without bounds");
    }
    return look ? new Piece(true, false) : inner;
  }

  private void characterClass(int depth) {
    if (depth > MAX_DEPTH) {
      throw refused("has classes within classes, too deep");
    }
    boolean first = true;
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      if (c == ']' && !first) {
        return;
      } else if (c == '[') {
        characterClass(depth + 1);
      } else if (c == '\\') {
        at++;
      }
      first = first && c == '^';
    }
    throw refused("has a class without an end");
  }

  private Piece escape() {
    if (at >= pattern.length()) {
      throw refused("ends with a backslash");
    }
    char c = pattern.charAt(at++);
    if ((c >= '0' && c <= '9') || c == 'k' || c == 'g' || c == 'X' || c == 'R' || c == 'K') {
      throw refused("has \\" + c);
    }
    if ((c == 'p' || c == 'P' || c == 'x') && at < pattern.length() && pattern.charAt(at) == '{') {
      int end = pattern.indexOf('}', at);
      if (end < 0) {
        throw refused("has a { without an end");
      }
      at = end + 1;
    }
    return new Piece("bBAzZG".indexOf(c) >= 0, false);
  }

  private Piece repeated(Piece piece, boolean group) {
    Piece result = piece;
    while (at < pattern.length() && "*+?{".indexOf(pattern.charAt(at)) >= 0) {
      char c = pattern.charAt(at++);
      int min = c == '+' ? 1 : 0;
      int max = c == '?' ? 1 : Integer.MAX_VALUE;
      if (c == '{') {
        int end = pattern.indexOf('}', at);
        String bounds = end < 0 ? "" : pattern.substring(at, end);
        if (!bounds.matches("[0-9]{1,4}(,[0-9]{0,4})?")) {
          throw refused("has a { that is no repetition");
        }
        String[] parts = bounds.split(",", -1);
        min = Integer.parseInt(parts[0]);
        max = parts.length == 1 ? min : parts[1].isEmpty() ? max : Integer.parseInt(parts[1]);
        at = end + 1;
      }
      if ((group || result != piece) && max > 1 && !isLazyOrPossessive(c, result != piece)) {
        throw refused("repeats a group, or a repetition");
      }
      if (result == piece) {
        result = new Piece(piece.nullable() || min == 0, piece.unbounded() || max > FEW);
      }
    }
    return result;
  }

  /** A second sign changes how the first one is tried: {@code +?}, {@code ++}. */
  private static boolean isLazyOrPossessive(char sign, boolean second) {
    return second && (sign == '?' || sign == '+');
  }

  private IllegalArgumentException refused(String what) {
    String shown = pattern.length() > 80 ? pattern.substring(0, 80) + "…" : pattern;
    return new IllegalArgumentException("its regular expression '" + shown + "' " + what);
  }
}
