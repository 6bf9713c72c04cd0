package dev.lacuna.cli.documents;

import java.util.OptionalInt;

/** Finds what is no character: half of a pair, which UTF-8 can't carry and would turn into "?". */
public final class LoneSurrogates {

  private LoneSurrogates() {}

  /** Position of the first one, counted in characters from 1; empty if there is none. */
  public static OptionalInt find(String text) {
    int character = 1;
    for (int i = 0; i < text.length(); character++) {
      int codePoint = text.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        return OptionalInt.of(character);
      }
      i += Character.charCount(codePoint);
    }
    return OptionalInt.empty();
  }

  /** What is wrong, for a person. */
  public static String message(String where, int character) {
    return where
        + " has half of a surrogate pair at character "
        + character
        + ", which is no text; write the whole pair or the character itself";
  }
}
