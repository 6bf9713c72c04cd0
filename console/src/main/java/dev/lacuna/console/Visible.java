package dev.lacuna.console;

/**
 * Text from elsewhere (documents, ids, messages of a broker) as it may go to a terminal: a control
 * character that stands in it can't move the cursor, change colours or hide what is there.
 */
public final class Visible {

  /** Control pictures of U+0000 to U+001F begin here. */
  private static final char PICTURES = '\u2400';

  private static final char DELETE_PICTURE = '\u2421';
  private static final char DELETE = '\u007f';

  private Visible() {}

  /**
   * The text with line feeds and tabs as they are, other control characters as pictures such as ␛
   * and those above U+007F as {@code \\u009b}.
   */
  public static String of(CharSequence text) {
    StringBuilder visible = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isISOControl(c) || c == '\n' || c == '\t') {
        visible.append(c);
      } else if (c < ' ') {
        visible.append((char) (PICTURES + c));
      } else if (c == DELETE) {
        visible.append(DELETE_PICTURE);
      } else {
        visible.append("\\u00").append(Integer.toHexString(c));
      }
    }
    return visible.toString();
  }
}
