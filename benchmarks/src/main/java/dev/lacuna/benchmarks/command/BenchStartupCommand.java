package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.pipeline.StartupBench;
import dev.lacuna.console.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna bench startup}. */
@Command(
    name = "startup",
    description = {
      "Measures a worker's start from the launcher to ready, part by part."
          + " Broker and registry already run.",
      "The first start creates the group and its internal topics. The last"
          + " line has the median and the longest start."
    })
final class BenchStartupCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private BenchPipelineOptions common;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "5",
      description = "Starts. Default: ${DEFAULT-VALUE}.")
  private int starts;

  BenchStartupCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    StartupBench.Options options =
        new StartupBench.Options(common.modelOrDemo(), starts, common.settings());
    return common.measure(console, report -> new StartupBench(options, report).run());
  }
}
