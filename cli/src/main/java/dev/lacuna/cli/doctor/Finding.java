package dev.lacuna.cli.doctor;

/**
 * Something that was found.
 *
 * @param level how it stands
 * @param topic what it is about, a word or two
 * @param found what there is, with numbers
 * @param cure what to do about it; empty where nothing needs doing
 */
public record Finding(Level level, String topic, String found, String cure) {

  /** How something stands. */
  public enum Level {
    /** As it should be, or simply so. */
    FINE,
    /** Works, and could be better. */
    NOTE,
    /** Was asked for and can't be used. */
    WRONG
  }

  static Finding fine(String topic, String found) {
    return new Finding(Level.FINE, topic, found, "");
  }

  static Finding note(String topic, String found, String cure) {
    return new Finding(Level.NOTE, topic, found, cure);
  }

  static Finding wrong(String topic, String found, String cure) {
    return new Finding(Level.WRONG, topic, found, cure);
  }
}
