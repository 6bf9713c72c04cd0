package dev.lacuna.deploy.cli;

import dev.lacuna.deploy.config.Config;
import dev.lacuna.deploy.kafka.ClientSettings;
import dev.lacuna.deploy.output.Console;
import dev.lacuna.schemas.SchemaRegistration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lacuna schemas}. */
@Command(name = "schemas", description = "Registers the schemas of the topics.")
final class SchemasCommand {
  private final Console console;

  SchemasCommand(Console console) {
    this.console = console;
  }

  @Command(
      name = "register",
      description = {
        "Registers the four schemas under TopicNameStrategy subjects with"
            + " compatibility FULL_TRANSITIVE.",
        "A second run changes nothing."
      })
  int register(@Mixin ConfigOptions options) {
    Config config = options.load(console);
    try (SchemaRegistration registration = SchemaRegistration.open(config.registry())) {
      registration
          .register(ClientSettings.wireTopics(config))
          .forEach(registered -> console.out().println(registered.line()));
    }
    return 0;
  }
}
