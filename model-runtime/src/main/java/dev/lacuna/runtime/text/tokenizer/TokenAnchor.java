package dev.lacuna.runtime.text.tokenizer;

import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A token that stands before others while they are decoded, so that the decoder does not take them
 * for a text's beginning. It is plain ASCII, so that no bytes join it to what follows.
 *
 * @param token its id
 * @param text what it decodes to, with or without something before it
 * @param spaced whether the decoder puts a space between two of it
 */
record TokenAnchor(int token, String text, boolean spaced) {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9]+");

  /**
   * Finds one.
   *
   * @param size ids to try, from 0
   * @param content how a token stands in the file, null for none
   * @param decode the decoder
   * @return null if no token is plain text; then nothing can stand before others
   */
  static TokenAnchor find(
      int size, Function<Integer, String> content, Function<int[], String> decode) {
    for (int token = 0; token < size; token++) {
      String text = content.apply(token);
      // What stands in the file as it is decoded has no mark of a word's beginning.
      if (text != null
          && PLAIN.matcher(text).matches()
          && text.equals(decode.apply(new int[] {token}))) {
        boolean spaced = (text + " " + text).equals(decode.apply(new int[] {token, token}));
        return new TokenAnchor(token, text, spaced);
      }
    }
    return null;
  }
}
