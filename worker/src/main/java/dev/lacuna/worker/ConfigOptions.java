package dev.lacuna.worker;

import dev.lacuna.console.Console;
import dev.lacuna.console.Visible;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.topology.kafka.StreamsSettings;
import dev.lacuna.worker.config.Config;
import dev.lacuna.worker.config.ConfigKeys;
import dev.lacuna.worker.config.ConfigReader;
import dev.lacuna.worker.config.ConfigReading;
import dev.lacuna.worker.config.ConfigSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where a command's configuration comes from: file, environment, options; the last one wins. */
public final class ConfigOptions {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Properties file. `lacuna config table` lists the keys.")
  private Path file;

  @Option(
      names = {"-s", "--set"},
      paramLabel = "KEY=VALUE",
      description =
          "Sets one key. Overrides the file and the environment (LACUNA_KEY). Repeatable.")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** The checked configuration; warnings go to standard error. */
  public Config load(Console console) {
    return load(warning -> console.err().println("warning: " + Visible.of(warning)));
  }

  /** The checked configuration; warnings go where they are wanted. */
  Config load(Consumer<String> warnings) {
    ConfigReading reading = ConfigReader.read(sources());
    if (reading instanceof ConfigReading.Invalid invalid) {
      throw CommandFailure.usage(invalid.problems());
    }
    ConfigReading.Loaded loaded = (ConfigReading.Loaded) reading;
    loaded.warnings().forEach(warnings);
    return loaded.config();
  }

  /**
   * What a worker asks of its Kafka settings beyond each value: what must hold between them, and
   * what the guarantees rest on.
   *
   * @throws CommandFailure if it would not start with them
   */
  public void checkKafka(Config config) {
    Accept.orUsage(
        StreamsSettings.of(WorkerSettings.streams(config), WorkerSettings.topology(config)));
  }

  /** Whether the log is to be JSON, as far as it can be told before anything is checked. */
  boolean wantsJsonLog() {
    String format = "";
    try {
      for (ConfigSource source : sources()) {
        format = source.entries().getOrDefault(ConfigKeys.LOG_FORMAT.name(), format);
      }
    } catch (CommandFailure unreadable) {
      format =
          ConfigSource.environment(System.getenv()).entries().get(ConfigKeys.LOG_FORMAT.name());
    }
    return LogSetup.JSON.equals(format);
  }

  private List<ConfigSource> sources() {
    List<ConfigSource> sources = new ArrayList<>();
    if (file != null) {
      sources.add(Accept.orUsage(ConfigSource.file(file)));
    }
    sources.add(ConfigSource.environment(System.getenv()));
    sources.add(ConfigSource.options(settings));
    return sources;
  }
}
