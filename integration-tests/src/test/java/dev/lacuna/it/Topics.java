package dev.lacuna.it;

/** The five topics of one test, so that tests on one broker don't meet. */
public record Topics(
    String requests, String control, String completions, String timings, String deadLetters) {

  public static Topics of(String prefix) {
    return new Topics(
        prefix + ".requests",
        prefix + ".control",
        prefix + ".completions",
        prefix + ".timings",
        prefix + ".dead-letters");
  }
}
