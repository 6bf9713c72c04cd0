package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.Machine;
import dev.lacuna.console.Console;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.evaluation.baseline.HeldOutFile;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.worker.LogSetup;
import dev.lacuna.worker.config.LacunaHome;
import dev.lacuna.worker.models.ModelFolders;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the benchmarks through Kafka have in common. */
final class BenchPipelineOptions {

  @Option(names = "--model", paramLabel = "DIR", description = "Model folder or name.")
  private String model;

  @Option(
      names = {"-s", "--set"},
      paramLabel = "KEY=VALUE",
      description = "Sets a key of the worker's configuration. Repeatable.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--json", description = "Prints one JSON object per line.")
  private boolean json;

  /** Begins the report. */
  BenchReport report(Console console) {
    LogSetup.errorsOnly();
    return new BenchReport(console, json, Machine.here());
  }

  /** The model that the user names. */
  Optional<Path> model() {
    try {
      return Optional.ofNullable(model).map(ModelFolders::resolve);
    } catch (CheckpointException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  /** The demo model unless the user names another. */
  Path modelOrDemo() {
    return model().orElseGet(LacunaHome::demoModel);
  }

  /** Keys of the configuration. */
  Map<String, String> settings() {
    return settings;
  }

  /** Texts that the requests are cut from. */
  static List<String> texts() {
    return Accept.orUsage(HeldOutFile.read(LacunaHome.demoModel().resolve("heldout.jsonl")));
  }
}
