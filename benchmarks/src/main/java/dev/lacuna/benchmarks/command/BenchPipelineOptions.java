package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.measure.BenchReport;
import dev.lacuna.benchmarks.measure.Machine;
import dev.lacuna.console.Console;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.evaluation.baseline.HeldOutFile;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.testbed.TemporaryFolder;
import dev.lacuna.testbed.TinyCheckpoint;
import dev.lacuna.worker.LogSetup;
import dev.lacuna.worker.config.LacunaHome;
import dev.lacuna.worker.models.ModelFolders;
import java.io.IOException;
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

  /** A benchmark that is ready to run. */
  interface Measurement {
    void run(BenchReport report) throws InterruptedException;
  }

  /** A benchmark that wants a tiny model. */
  interface TinyMeasurement {
    void run(Path tiny, BenchReport report) throws InterruptedException;
  }

  /** Measures; what a benchmark can't do as asked is the user's to change. */
  int measure(Console console, Measurement measurement) throws InterruptedException {
    try {
      LogSetup.errorsOnly();
      measurement.run(new BenchReport(console, json, Machine.here()));
      return 0;
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  /** Measures with a tiny model in a folder of its own, which is deleted. */
  int measureTiny(Console console, TinyMeasurement measurement)
      throws InterruptedException, IOException {
    TemporaryFolder folder = TemporaryFolder.make("lacuna-bench-");
    try {
      Path tiny = TinyCheckpoint.write(folder.path(), LacunaHome.demoModel());
      return measure(console, report -> measurement.run(tiny, report));
    } finally {
      folder.delete();
    }
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
