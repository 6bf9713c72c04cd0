package dev.lacuna.console;

/** Numbers of things. */
public final class Counted {

  private Counted() {}

  /** Such as "1 row" and "2 rows", for nouns that take an s. */
  public static String of(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
