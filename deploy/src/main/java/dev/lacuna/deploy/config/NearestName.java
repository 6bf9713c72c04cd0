package dev.lacuna.deploy.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds what a person probably meant. */
public final class NearestName {

  private NearestName() {}

  /** The name with the fewest single-character edits (Levenshtein) from what was found. */
  public static String of(String found, Collection<String> names) {
    return names.stream()
        .min(Comparator.comparingInt((String name) -> edits(found, name)))
        .orElseThrow(() -> new IllegalArgumentException("no names to choose from"));
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
