package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.pipeline.SoakBench;
import dev.lacuna.console.Console;
import dev.lacuna.wire.TimingDetail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna bench soak}. */
@Command(
    name = "soak",
    description = {
      "Measures a worker's memory over many requests (Linux).",
      "A worker process answers small requests of several lengths, with a tiny"
          + " model unless --model names another. Its resident memory is read at"
          + " intervals.",
      "The last line has ratioToWarm: memory at the end over memory after the warm-up."
    })
final class BenchSoakCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private BenchPipelineOptions common;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Requests in all. Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Requests before the first reading. Default: ${DEFAULT-VALUE}.")
  private int warmUps;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "8",
      description = "Denoising steps. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--lengths",
      paramLabel = "N,…",
      split = ",",
      defaultValue = "20,28,32",
      description = "Tokens of the canvases, in turn. Default: ${DEFAULT-VALUE}.")
  private List<Integer> lengths;

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "18",
      description = "Readings of memory. Default: ${DEFAULT-VALUE}.")
  private int rows;

  @Option(
      names = "--timings",
      paramLabel = "DETAIL",
      defaultValue = "STEPS",
      description = "Step timings: STEPS or NONE. Default: ${DEFAULT-VALUE}.")
  private TimingDetail timings;

  BenchSoakCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    return common.measureTiny(
        console, (tiny, report) -> new SoakBench(options(tiny), report).run());
  }

  private SoakBench.Options options(Path tiny) {
    return new SoakBench.Options(
        common.model().orElse(tiny),
        BenchPipelineOptions.texts(),
        lengths,
        steps,
        requests,
        warmUps,
        rows,
        timings,
        common.settings());
  }
}
