package dev.lacuna.schemas;

import java.util.List;
import java.util.stream.Stream;

/**
 * The topics that carry schemas, by the record they hold.
 *
 * @param requests topics of GenerationRequest: at least one, more for express lanes
 * @param control topic of Control
 * @param completions topic of GenerationCompletion
 * @param timings topic of StepTiming
 */
public record WireTopics(
    List<String> requests, String control, String completions, String timings) {

  /** Names as the documentation has them. */
  public static final WireTopics DEFAULTS =
      new WireTopics(
          List.of("lacuna.requests"), "lacuna.control", "lacuna.completions", "lacuna.timings");

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if there is no request topic or two records share a topic
   */
  public WireTopics {
    requests = List.copyOf(requests);
    if (requests.isEmpty()) {
      throw new IllegalArgumentException("requests: at least one topic is needed, none was given");
    }
    long distinct =
        Stream.concat(requests.stream(), Stream.of(control, completions, timings))
            .distinct()
            .count();
    if (distinct != requests.size() + 3L) {
      throw new IllegalArgumentException(
          "topics: each record needs a topic of its own, found requests=%s control=%s completions=%s timings=%s"
              .formatted(requests, control, completions, timings));
    }
  }
}
