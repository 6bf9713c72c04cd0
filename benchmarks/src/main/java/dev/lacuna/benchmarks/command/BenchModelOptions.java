package dev.lacuna.benchmarks.command;

import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.DeviceOption;
import dev.lacuna.runtime.facts.ModelLimits;
import dev.lacuna.runtime.loading.ModelLoader;
import dev.lacuna.worker.config.LacunaHome;
import dev.lacuna.worker.models.ModelFolders;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model a benchmark runs, and on what. */
final class BenchModelOptions {

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Model folder, or name of an imported model. Default: the demo model.")
  private String model;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Threads of a forward pass. Default: one per processor.")
  private int threads;

  @Mixin private DeviceOption device;

  boolean isNamed() {
    return model != null;
  }

  /** The model's folder. */
  Path folder() {
    return model == null ? LacunaHome.demoModel() : ModelFolders.resolve(model);
  }

  /** A loader for these options and a number format as a user writes it. */
  ModelLoader loader(String dtype) {
    BenchBounds.require("--threads", threads, 0, BenchBounds.ROWS_MAX);
    return Accept.orUsage(ModelLoader.of(device.name(), dtype, threads, ModelLimits.DEFAULT));
  }
}
