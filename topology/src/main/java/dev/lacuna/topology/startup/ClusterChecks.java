package dev.lacuna.topology.startup;

import dev.lacuna.topology.host.Descriptors;
import dev.lacuna.topology.inputs.TaskTopics;
import dev.lacuna.topology.kafka.StreamsSettings;
import dev.lacuna.topology.process.StartupException;
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
  private final TopologySettings settings;
  private final Map<String, ?> client;
  private final StreamsConfig config;

  /**
   * Checks for a worker; asks nothing yet.
   *
   * @param client Kafka settings as the user gave them, at least {@code bootstrap.servers} and
   *     {@code application.id}
   * @throws StartupException if one of them would break the guarantees
   * @throws dev.lacuna.runtime.natives.NativesException if RocksDB's library can't be used here
   */
  public ClusterChecks(TopologySettings settings, Map<String, ?> client) {
    this.settings = settings;
    this.client = client;
    this.config = StreamsSettings.config(client, settings);
  }

  /**
   * What was looked at.
   *
   * @param problem what is wrong with it and the cure; empty if it will do
   */
  public record Line(String subject, Optional<String> problem) {}

  /**
   * Looks at everything, and places a new group at the earliest offsets: what comes before the
   * start of a worker, and needs none of its parts.
   *
   * @throws StartupException if a worker can't start as things are
   */
  public void prepare() {
    try (Admin admin = Admin.create(config.getAdminConfigs("lacuna-startup"))) {
      List<String> problems =
          lines(admin).stream().flatMap(line -> line.problem().stream()).toList();
      if (!problems.isEmpty()) {
        throw new StartupException(problems);
      }
      new FirstOffsets(admin, group(), StreamsSettings.bootstrapServers(config))
          .place(TaskTopics.of(settings.topics(), group()));
    }
  }

  /**
   * Looks at everything that {@link #prepare} looks at, and changes nothing but that it registers a
   * transactional id of the application's own.
   *
   * @throws StartupException if the cluster does not answer
   */
  public List<Line> look() {
    try (Admin admin = Admin.create(config.getAdminConfigs("lacuna-check"))) {
      return lines(admin);
    }
  }

  private List<Line> lines(Admin admin) {
    List<Line> lines = new ArrayList<>();
    Descriptors.limit()
        .ifPresent(limit -> lines.add(new Line("open files", Descriptors.problem(limit))));
    int replicas = config.getInt(StreamsConfig.REPLICATION_FACTOR_CONFIG);
    new Rights(admin, group(), settings, client, replicas)
        .findings()
        .forEach(finding -> lines.add(line(finding)));
    if (lines.stream().allMatch(line -> line.problem().isEmpty())) {
      topics(admin, lines);
    }
    return List.copyOf(lines);
  }

  private static Line line(Rights.Finding finding) {
    List<String> operations = finding.right().operations().stream().map(Enum::name).toList();
    return new Line(
        "right to " + String.join(", ", operations) + " " + finding.right().subject(),
        finding.missing());
  }

  private void topics(Admin admin, List<Line> lines) {
    String servers = StreamsSettings.bootstrapServers(config);
    List<String> problems = new StartupChecks(admin, group(), servers, settings).problems();
    for (String topic : settings.topics().all()) {
      if (problems.stream().noneMatch(problem -> problem.contains("'" + topic + "'"))) {
        lines.add(new Line("settings of topic '" + topic + "'", Optional.empty()));
      }
    }
    problems.forEach(problem -> lines.add(new Line("settings", Optional.of(problem))));
  }

  private String group() {
    return config.getString(StreamsConfig.APPLICATION_ID_CONFIG);
  }
}
