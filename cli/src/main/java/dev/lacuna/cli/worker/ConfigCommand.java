package dev.lacuna.cli.worker;

import dev.lacuna.console.Console;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.worker.ConfigOptions;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.config.ConfigTable;
import dev.lacuna.worker.models.ModelFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna config}: what can be configured, and whether a configuration is sound. */
@Command(name = "config", description = "Lists the configuration keys. Checks a configuration.")
public final class ConfigCommand {
  private final Console console;

  /** Prints on a console. */
  public ConfigCommand(Console console) {
    this.console = console;
  }

  @Command(
      name = "table",
      description = "Prints all keys with help, default and bounds as Markdown.")
  int table(
      @Option(
              names = "--write",
              paramLabel = "FILE",
              description = "Renews the list between the markers of this document instead.")
          Path document)
      throws IOException {
    if (document == null) {
      console.out().print(ConfigTable.markdown());
      return 0;
    }
    String renewed =
        ConfigTable.replaceIn(Files.readString(document))
            .orElseThrow(
                () ->
                    CommandFailure.failed(
                        "%s has no markers %s … %s"
                            .formatted(document, ConfigTable.START, ConfigTable.END)));
    Files.writeString(document, renewed);
    console.err().println("renewed the table in " + document);
    return 0;
  }

  @Command(
      name = "check",
      description =
          "Reads a configuration and looks for the files of its models. Reports"
              + " every problem.")
  int check(
      @Mixin ConfigOptions options,
      @Option(
              names = "--connect",
              description =
                  "Also asks the brokers and the registry all that a worker asks before it starts:"
                      + " addresses, security, schemas, topics, rights. A line for each, 'ok' or"
                      + " 'failed' with the cure.")
          boolean connect) {
    Config config = options.load(console);
    List<String> problems = ModelFolders.problems(config.get(ConfigKeys.MODEL_DIR));
    if (!problems.isEmpty()) {
      throw CommandFailure.usage(problems);
    }
    options.checkKafka(config);
    if (connect) {
      return ConnectionCheck.run(config, console.out()) ? 0 : CommandFailure.FAILED;
    }
    console.err().println("the configuration is sound");
    return 0;
  }
}
