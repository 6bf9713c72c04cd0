package dev.lacuna.worker.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what a person probably meant. */
public final class NearestName {

  private NearestName() {}

  private static final int ALWAYS_NEAR_EDITS = 2;
  private static final int NEAR_SHARE = 3;

  /**
   * The name with the fewest single-character edits (Levenshtein) from what was found; none if that
   * takes more than two edits and more than a third of what was found, or all of it.
   */
  public static Optional<String> of(String found, Collection<String> names) {
    return names.stream()
        .min(Comparator.comparingInt((String name) -> edits(found, name)))
        .filter(name -> isNear(found, edits(found, name)));
  }

  private static boolean isNear(String found, int edits) {
    return edits < found.length()
        && edits <= Math.max(ALWAYS_NEAR_EDITS, found.length() / NEAR_SHARE);
  }

  private static int edits(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(previous[j], row[j - 1]) + 1);
      }
      previous = row;
    }
    return previous[to.length()];
  }
}
