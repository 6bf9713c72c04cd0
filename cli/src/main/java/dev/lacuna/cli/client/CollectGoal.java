package dev.lacuna.cli.client;

import dev.lacuna.console.Counted;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a collection has what it wants.
 *
 * <p>Threading: used by one thread.
 */
final class CollectGoal {
  private final Optional<Set<String>> wanted;
  private final long count;
  private final Map<String, Integer> timingsTotal = new HashMap<>();
  private final Map<String, Integer> timingsSeen = new HashMap<>();
  private long completions;

  private CollectGoal(Optional<Set<String>> wanted, long count) {
    this.wanted = wanted;
    this.count = count;
  }

  /** A completion for each of these ids. */
  static CollectGoal ids(List<String> ids) {
    Set<String> distinct = new HashSet<>(ids);
    return new CollectGoal(Optional.of(distinct), distinct.size());
  }

  /** So many completions, of any id. */
  static CollectGoal count(long count) {
    return new CollectGoal(Optional.empty(), count);
  }

  /** Everything that is there. */
  static CollectGoal everything() {
    return new CollectGoal(Optional.empty(), Long.MAX_VALUE);
  }

  /** Whether the end of the topics is the goal. */
  boolean isEverything() {
    return count == Long.MAX_VALUE;
  }

  /** Whether the completion belongs to the goal; it is counted. */
  boolean takes(GenerationCompletion completion) {
    boolean asked = wanted.map(ids -> ids.contains(completion.getId())).orElse(completions < count);
    if (asked && timingsTotal.put(completion.getId(), completion.getTimingsTotal()) == null) {
      completions++;
    }
    return asked;
  }

  /** Whether the timing belongs to the goal; it is counted. */
  boolean takes(StepTiming timing) {
    timingsSeen.merge(timing.getId(), 1, Integer::sum);
    return wanted.map(ids -> ids.contains(timing.getId())).orElse(true);
  }

  /**
   * Whether all is there.
   *
   * @param withTimings whether each completion's timings must be there too
   */
  boolean isReached(boolean withTimings) {
    return completions >= count
        && (!withTimings
            || timingsTotal.entrySet().stream()
                .allMatch(e -> timingsSeen.getOrDefault(e.getKey(), 0) >= e.getValue()));
  }

  /** Completions so far. */
  long completions() {
    return completions;
  }

  /** Completions wanted. */
  long count() {
    return count;
  }

  /** What is missing, for a person. */
  String missing() {
    if (wanted.isPresent()) {
      Set<String> ids = new TreeSet<>(wanted.get());
      ids.removeAll(timingsTotal.keySet());
      if (!ids.isEmpty()) {
        return Counted.of(ids.size(), "completion")
            + (ids.size() == 1 ? " is" : " are")
            + " missing: "
            + shortened(List.copyOf(ids));
      }
    } else if (completions < count) {
      return completions + " of " + count + " completions came";
    }
    return "step timings are missing";
  }

  private static String shortened(List<String> ids) {
    int shown = 10;
    return String.join(", ", ids.subList(0, Math.min(shown, ids.size())))
        + (ids.size() > shown ? ", …" : "");
  }
}
