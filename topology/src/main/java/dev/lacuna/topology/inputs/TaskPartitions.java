package dev.lacuna.topology.inputs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How many partitions the topics of the tasks have. Task <i>p</i> reads partition <i>p</i> of the
 * request topics, needs partition <i>p</i> of the control topic for its ticks, and keeps its stores
 * in partition <i>p</i> of each changelog.
 *
 * @param requests request topics that exist, with their partitions
 * @param control name of the control topic
 * @param controls partitions of the control topic, 0 if it does not exist
 * @param changelogs changelogs that exist, with their partitions; none before the first start
 */
public record TaskPartitions(
    Map<String, Integer> requests, String control, int controls, Map<String, Integer> changelogs) {

  /** Sorts, so that sentences are the same each time. */
  public TaskPartitions {
    requests = Collections.unmodifiableMap(new TreeMap<>(requests));
    changelogs = Collections.unmodifiableMap(new TreeMap<>(changelogs));
  }

  /** Tasks that have all that they need: 0 to this are served, without it. */
  public int served() {
    return changelogs.values().stream().reduce(controls, Math::min);
  }

  /** Partitions that each topic must have, since none can be taken away: the most that one has. */
  public int needed() {
    int most = requests.values().stream().reduce(controls, Math::max);
    return changelogs.values().stream().reduce(most, Math::max);
  }

  /**
   * What does not fit, and last the commands that mend it; empty if all fits.
   *
   * @param bootstrapServers for the commands
   */
  public List<String> problems(String bootstrapServers) {
    List<String> problems = new ArrayList<>();
    if (controls > 0) {
      requests.forEach(
          (topic, count) -> {
            if (count != controls) {
              problems.add(
                  "Topic '%s' has %d partitions and '%s' has %d: they must be equal, since a control record acts in the partition of its id."
                      .formatted(topic, count, control, controls));
            }
          });
    }
    uneven().ifPresent(problems::add);
    if (!problems.isEmpty()) {
      problems.add(cure(bootstrapServers));
    }
    return List.copyOf(problems);
  }

  private Optional<String> uneven() {
    int inputs = requests.values().stream().reduce(controls, Math::max);
    String which =
        changelogs.entrySet().stream()
            .filter(changelog -> changelog.getValue() != inputs)
            .map(changelog -> changelog.getKey() + " (" + changelog.getValue() + ")")
            .collect(Collectors.joining(", "));
    return which.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Changelogs must have as many partitions as the topics that are read, %d, since each task has one: %s."
                .formatted(inputs, which));
  }

  private String cure(String bootstrapServers) {
    int needed = needed();
    Map<String, Integer> all = new TreeMap<>(requests);
    if (controls > 0) {
      all.put(control, controls);
    }
    all.putAll(changelogs);
    String commands =
        all.entrySet().stream()
            .filter(topic -> topic.getValue() < needed)
            .map(
                topic ->
                    "kafka-topics.sh --bootstrap-server %s --alter --topic %s --partitions %d"
                        .formatted(bootstrapServers, topic.getKey(), needed))
            .collect(Collectors.joining("; "));
    int served = served();
    String which =
        needed - served == 1
            ? "Partition %d is".formatted(served)
            : "Partitions %d to %d are".formatted(served, needed - 1);
    String unserved =
        served < needed ? which + " not served until then, and nothing of it is lost. " : "";
    return unserved + "Run: " + commands;
  }
}
