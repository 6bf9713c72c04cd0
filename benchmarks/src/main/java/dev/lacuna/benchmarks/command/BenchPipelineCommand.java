package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.pipeline.PipelineBench;
import dev.lacuna.console.Console;
import dev.lacuna.console.command.CommandFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna bench pipeline}. */
@Command(
    name = "pipeline",
    description = {
      "Completions a second through Kafka beside the engine alone, with the same requests.",
      "A broker, a registry and a worker, each a process of its own on this machine's cores, and the"
          + " engine in this process take turns; one works while the others wait. Every step's"
          + " timing is published and read. The texts of both sides must be equal.",
      "Counted is the steady state: from the completion that ends the first batch to the one before"
          + " the last batch, with a backlog all the time; warm-up rounds don't count.",
      "The last line has ratioToEngine, the median over rounds."
    })
final class BenchPipelineCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private BenchPipelineOptions common;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "128",
      description = "Tokens of a canvas; default: ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "32",
      description = "Denoising steps; default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Least requests of a round that count, rounded up to whole batches; default:"
              + " ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "4",
      description = "Rounds that count; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "1",
      description = "Short rounds before them; default: ${DEFAULT-VALUE}.")
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
    try {
      new PipelineBench(options, common.report(console)).run();
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
    return 0;
  }
}
