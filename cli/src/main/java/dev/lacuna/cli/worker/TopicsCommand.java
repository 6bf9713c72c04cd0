package dev.lacuna.cli.worker;

import dev.lacuna.console.Console;
import dev.lacuna.console.Counted;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.worker.ConfigOptions;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.kafka.BrokerProbe;
import dev.lacuna.worker.kafka.ClientSettings;
import dev.lacuna.worker.kafka.TopicCreator;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lacuna topics}. */
@Command(name = "topics", description = "Creates the topics.")
public final class TopicsCommand {
  private final Console console;

  /** Prints on a console. */
  public TopicsCommand(Console console) {
    this.console = console;
  }

  @Command(
      name = "create",
      description = {
        "Creates missing topics. Leaves existing topics as they are.",
        "The keys topics.* set partitions, replicas and min.insync.replicas."
      })
  int create(@Mixin ConfigOptions options) {
    Config config = options.load(console);
    BrokerProbe.requireAnswer(config);
    List<TopicCreator.Outcome> outcomes;
    try (Admin admin = Admin.create(ClientSettings.admin(config))) {
      outcomes = TopicCreator.create(admin, config);
    }
    for (TopicCreator.Outcome outcome : outcomes) {
      console
          .out()
          .printf(
              "%s\t%s\t%s%n",
              outcome.topic(),
              Counted.of(outcome.partitions(), "partition"),
              outcome.created() ? "created" : "exists");
    }
    requireEqualPartitions(config, outcomes);
    return 0;
  }

  private static void requireEqualPartitions(Config config, List<TopicCreator.Outcome> outcomes) {
    int control = partitions(outcomes, config.get(ConfigKeys.CONTROL_TOPIC));
    for (String topic : config.requestTopics()) {
      int requests = partitions(outcomes, topic);
      if (requests != control) {
        throw CommandFailure.failed(
            "%s has %d partitions and %s has %d: a worker needs equal counts"
                .formatted(topic, requests, config.get(ConfigKeys.CONTROL_TOPIC), control));
      }
    }
  }

  private static int partitions(List<TopicCreator.Outcome> outcomes, String topic) {
    return outcomes.stream()
        .filter(outcome -> outcome.topic().equals(topic))
        .findFirst()
        .orElseThrow()
        .partitions();
  }
}
