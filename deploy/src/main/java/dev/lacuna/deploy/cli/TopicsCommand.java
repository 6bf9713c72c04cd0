package dev.lacuna.deploy.cli;

import dev.lacuna.deploy.config.Config;
import dev.lacuna.deploy.config.ConfigKeys;
import dev.lacuna.deploy.kafka.BrokerProbe;
import dev.lacuna.deploy.kafka.ClientSettings;
import dev.lacuna.deploy.kafka.TopicCreator;
import dev.lacuna.deploy.output.Console;
import dev.lacuna.deploy.output.Counted;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lacuna topics}. */
@Command(name = "topics", description = "Creates the topics.")
final class TopicsCommand {
  private final Console console;

  TopicsCommand(Console console) {
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
