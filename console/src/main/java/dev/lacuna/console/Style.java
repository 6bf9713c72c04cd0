package dev.lacuna.console;

/**
 * How text is set off: ANSI escapes on a terminal that takes them, plain marks elsewhere.
 *
 * @param ansi whether escapes may be written
 */
public record Style(boolean ansi) {

  private static final String RESET = "\u001b[0m";

  /** A filled blank. */
  public String filled(String text) {
    return ansi ? "\u001b[1;36m" + text + RESET : "⟦" + text + "⟧";
  }

  /** A heading. */
  public String bold(String text) {
    return escape("1", text);
  }

  /** What matters less. */
  public String dim(String text) {
    return escape("2", text);
  }

  /** Something that went right. */
  public String good(String text) {
    return escape("32", text);
  }

  /** Something that went wrong. */
  public String bad(String text) {
    return escape("1;31", text);
  }

  private String escape(String code, String text) {
    return ansi ? "\u001b[" + code + "m" + text + RESET : text;
  }
}
