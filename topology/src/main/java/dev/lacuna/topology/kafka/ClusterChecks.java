package dev.lacuna.topology.kafka;

import dev.lacuna.topology.process.TopologySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.StreamsConfig;

/**
 * All that a worker asks of the cluster before it starts, and what an operator can ask beforehand:
 * rights first, since without them the rest can't be looked at.
 */
public final class ClusterChecks {
  private ClusterChecks() {}

  /**
   * What was looked at.
   *
   * @param problem what is wrong with it and the cure; empty if it will do
   */
  public record Line(String subject, Optional<String> problem) {}

  /**
   * Looks at everything.
   *
   * @param admin stays the caller's
   * @param config settings that {@link StreamsSettings} took
   * @param client the same as the user gave them
   * @throws dev.lacuna.topology.process.StartupException if the cluster does not answer
   */
  public static List<Line> lines(
      Admin admin, TopologySettings settings, StreamsConfig config, Map<String, ?> client) {
    String group = config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
    String servers = String.join(",", config.getList(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG));
    int replicas = config.getInt(StreamsConfig.REPLICATION_FACTOR_CONFIG);
    List<Line> lines = new ArrayList<>();
    new Rights(admin, group, settings, client, replicas)
        .findings()
        .forEach(
            finding ->
                lines.add(
                    new Line(
                        "right to "
                            + String.join(
                                ", ",
                                finding.right().operations().stream().map(Enum::name).toList())
                            + " "
                            + finding.right().subject(),
                        finding.missing())));
    if (lines.stream().allMatch(line -> line.problem().isEmpty())) {
      topics(new StartupChecks(admin, group, servers, settings).problems(), settings, lines);
    }
    return List.copyOf(lines);
  }

  private static void topics(List<String> problems, TopologySettings settings, List<Line> lines) {
    for (String topic : settings.topics().all()) {
      if (problems.stream().noneMatch(problem -> problem.contains("'" + topic + "'"))) {
        lines.add(new Line("settings of topic '" + topic + "'", Optional.empty()));
      }
    }
    problems.forEach(problem -> lines.add(new Line("settings", Optional.of(problem))));
  }
}
