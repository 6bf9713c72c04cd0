package dev.lacuna.runtime.text.tokenizer;

/**
 * Tells regular expressions that can't blow up from those that can. The tokenizers library ends the
 * process when its matcher (Oniguruma) gives up after ten million retries, which a crafted pattern
 * reaches with a few dozen characters of text. What may be used: alternatives of single characters
 * and classes, bounded or unbounded, where at most one unbounded repetition can be retried for the
 * sake of what follows it, no group is repeated, and optional parts and alternatives leave few ways
 * to try. Every published tokenizer's pattern is so.
 *
 * <p>Threading: used by one thread.
 */
final class RegexRules {

  private static final int MAX_CHARACTERS = 4000;
  private static final int MAX_DEPTH = 16;

  /** Repetitions up to here count as a fixed number of characters. */
  private static final int FEW = 16;

  /** Ways to match the same characters that are tried one after another; published: about 30. */
  private static final long MAX_WAYS = 1000;

  private final String pattern;
  private int at;

  private RegexRules(String pattern) {
    this.pattern = pattern;
  }

  /**
   * What a piece of a pattern can do.
   *
   * @param nullable whether it can match nothing
   * @param unbounded how many of its repetitions can match any number of characters
   * @param ways in how many ways it can match at a place, an unbounded repetition counted once
   */
  private record Piece(boolean nullable, int unbounded, long ways) {

    static final Piece CHARACTER = new Piece(false, 0, 1);
    static final Piece NOTHING = new Piece(true, 0, 1);
  }

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
    int unbounded = 0;
    long ways = 0;
    while (true) {
      Piece one = sequence(depth);
      nullable |= one.nullable();
      unbounded = Math.max(unbounded, one.unbounded());
      ways += one.ways();
      if (at >= pattern.length() || pattern.charAt(at) != '|') {
        return new Piece(nullable, unbounded, ways);
      }
      at++;
    }
  }

  private Piece sequence(int depth) {
    boolean nullable = true;
    int unbounded = 0;
    long ways = 1;
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
      ways *= piece.ways();
      if (ways > MAX_WAYS) {
        throw refused("has optional parts that can be combined in too many ways");
      }
      open += piece.unbounded();
      nullable &= piece.nullable();
      unbounded = Math.max(unbounded, piece.unbounded());
    }
    return new Piece(nullable, unbounded, ways);
  }

  private Piece element(int depth) {
    char c = pattern.charAt(at++);
    return switch (c) {
      case '(' -> group(depth);
      case '[' -> {
        characterClass(depth);
        yield Piece.CHARACTER;
      }
      case '\\' -> escape();
      case '^', '$' -> Piece.NOTHING;
      case '*', '+', '?' -> throw refused("has a repetition of nothing");
      default -> Piece.CHARACTER;
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
    if (look && inner.unbounded() > 0) {
      throw refused("looks ahead without bounds");
    }
    return look ? new Piece(true, 0, inner.ways()) : inner;
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
    return "bBAzZG".indexOf(c) >= 0 ? Piece.NOTHING : Piece.CHARACTER;
  }

  private Piece repeated(Piece piece, boolean group) {
    char sign = sign();
    if (sign == 0) {
      return piece;
    }
    int[] bounds = bounds(sign);
    int min = bounds[0];
    int max = bounds[1];
    if (group && max > 1) {
      throw refused("repeats a group, or a repetition");
    }
    long ways = max > FEW ? 1 : max == 1 && min == 0 ? 1 + piece.ways() : Math.abs(max - min) + 1L;
    Piece once =
        new Piece(
            piece.nullable() || min == 0,
            piece.unbounded() + (max > FEW ? 1 : 0),
            Math.max(ways, piece.ways()));
    char second = sign();
    if (second != 0 && ((second != '?' && second != '+') || sign() != 0)) {
      throw refused("repeats a group, or a repetition");
    }
    return sign == '{' && second != 0 ? again(once, second) : once;
  }

  /**
   * A second sign changes how the first one is tried: {@code +?}, {@code ++}. Behind braces the
   * library takes it for a repetition of its own: {@code a{1,3}+} is {@code (?:a{1,3})+}.
   */
  private static Piece again(Piece once, char sign) {
    return sign == '+'
        ? new Piece(once.nullable(), once.unbounded() + 2, once.ways())
        : new Piece(true, once.unbounded(), once.ways() + 1);
  }

  /** The sign of a repetition that stands here, read; 0 if none does. */
  private char sign() {
    boolean found = at < pattern.length() && "*+?{".indexOf(pattern.charAt(at)) >= 0;
    return found ? pattern.charAt(at++) : 0;
  }

  /** Fewest and most times of a repetition whose sign was read. */
  private int[] bounds(char sign) {
    if (sign != '{') {
      return new int[] {sign == '+' ? 1 : 0, sign == '?' ? 1 : Integer.MAX_VALUE};
    }
    int end = pattern.indexOf('}', at);
    String bounds = end < 0 ? "" : pattern.substring(at, end);
    if (!bounds.matches("[0-9]{1,4}(,[0-9]{0,4})?")) {
      throw refused("has a { that is no repetition");
    }
    at = end + 1;
    String[] parts = bounds.split(",", -1);
    int min = Integer.parseInt(parts[0]);
    if (parts.length == 1) {
      return new int[] {min, min};
    }
    return new int[] {min, parts[1].isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(parts[1])};
  }

  private IllegalArgumentException refused(String what) {
    String shown = pattern.length() > 80 ? pattern.substring(0, 80) + "…" : pattern;
    return new IllegalArgumentException("its regular expression '" + shown + "' " + what);
  }
}
