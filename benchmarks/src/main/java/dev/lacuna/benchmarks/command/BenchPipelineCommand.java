package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.pipeline.PipelineBench;
import dev.lacuna.console.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna bench pipeline}. */
@Command(
    name = "pipeline",
    description = {
      "Compares completions per second through Kafka with the engine alone."
          + " Both get the same requests.",
      "A broker, a registry and a worker run as processes on this machine."
          + " They and the engine in this process take turns: one side works while"
          + " the other waits. The worker publishes every step's timing. The texts of"
          + " both sides must be equal.",
      "Only the steady state counts: a backlog all the time, without the first"
          + " and last batch and without warm-up rounds.",
      "The last line has ratioToEngine, the median over rounds."
    })
final class BenchPipelineCommand implements Callable<Integer> {
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
      defaultValue = "32",
      description = "Denoising steps. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Fewest measured requests of a round, rounded up to whole batches."
              + " Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "4",
      description = "Measured rounds. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "1",
      description = "Short warm-up rounds before them. Default: ${DEFAULT-VALUE}.")
  private int warmUps;

  BenchPipelineCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    PipelineBench.Options options =
        new PipelineBench.Options(
            common.modelOrDemo(),
            BenchPipelineOptions.texts(),
            length,
            steps,
            requests,
            rounds,
            warmUps,
            common.settings());
    return common.measure(console, report -> new PipelineBench(options, report).run());
  }
}
