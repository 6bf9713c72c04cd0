package dev.lacuna.cli.worker;

import dev.lacuna.console.Console;
import dev.lacuna.schemas.SchemaRegistration;
import dev.lacuna.worker.ConfigOptions;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.kafka.ClientSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lacuna schemas}. */
@Command(name = "schemas", description = "Registers the schemas of the topics.")
public final class SchemasCommand {
  private final Console console;

  /** Prints on a console. */
  public SchemasCommand(Console console) {
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
