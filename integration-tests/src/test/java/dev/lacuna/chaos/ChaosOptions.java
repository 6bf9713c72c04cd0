package dev.lacuna.chaos;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a run of the harness does.
 *
 * @param requests how many requests; with minutes, as many as the time has room for
 * @param minutes how long requests and faults go on; absent: until all are sent
 * @param faults how many faults; with minutes, as many as the time has room for
 * @param kinds which kinds of faults
 * @param seed of requests and faults
 * @param armingOff whether workers write before they may, so that the harness has something to find
 */
record ChaosOptions(
    int requests,
    Optional<Duration> minutes,
    int faults,
    Set<FaultKind> kinds,
    long seed,
    boolean armingOff) {
  private static final int REQUESTS = 240;
  private static final int FAULTS = 30;
  private static final long SEED = 5;

  /**
   * Options of the command line: {@code chaos.requests}, {@code chaos.minutes}, {@code chaos.seed},
   * and {@code chaos.faults}, which is a number, kinds, or both: {@code 40,kill,broker}.
   */
  static ChaosOptions ofSystemProperties() {
    String minutes = System.getProperty("chaos.minutes", "").trim();
    int faults = FAULTS;
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    for (String word : System.getProperty("chaos.faults", "").split("[, ]+")) {
      if (word.matches("[0-9]+")) {
        faults = Integer.parseInt(word);
      } else if (!word.isEmpty()) {
        kinds.add(FaultKind.of(word));
      }
    }
    return new ChaosOptions(
        integer("chaos.requests", REQUESTS),
        minutes.isEmpty()
            ? Optional.empty()
            : Optional.of(Duration.ofSeconds(Math.round(60 * Double.parseDouble(minutes)))),
        faults,
        kinds.isEmpty() ? EnumSet.allOf(FaultKind.class) : kinds,
        Long.parseLong(text("chaos.seed", Long.toString(SEED))),
        false);
  }

  private static int integer(String key, int otherwise) {
    return Integer.parseInt(text(key, Integer.toString(otherwise)));
  }

  /** An option that Maven passes on empty was not given. */
  private static String text(String key, String otherwise) {
    String given = System.getProperty(key, "").trim();
    return given.isEmpty() ? otherwise : given;
  }
}
