package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.pipeline.LatencyBench;
import dev.lacuna.console.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna bench latency}. */
@Command(
    name = "latency",
    description = {
      "Measures what Kafka adds to one request on an idle worker, part by part.",
      "Sends requests one after the other with random pauses. Times run from"
          + " before the producer until a read_committed reader has the completion.",
      "The last line has the median and 99th percentile of end-to-end time"
          + " minus the run. It also has the share of one core that an idle worker"
          + " uses."
    })
final class BenchLatencyCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private BenchPipelineOptions common;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "128",
      description = "Tokens of a canvas. Default: ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "8",
      description = "Denoising steps. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "200",
      description = "Measured requests. Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "20",
      description = "Warm-up requests before them. Default: ${DEFAULT-VALUE}.")
  private int warmUps;

  BenchLatencyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    LatencyBench.Options options =
        new LatencyBench.Options(
            common.modelOrDemo(),
            BenchPipelineOptions.texts(),
            length,
            steps,
            requests,
            warmUps,
            common.settings());
    return common.measure(console, report -> new LatencyBench(options, report).run());
  }
}
