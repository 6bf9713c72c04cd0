package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.recovery.RecoveryBench;
import dev.lacuna.benchmarks.recovery.RecoveryBench.Part;
import dev.lacuna.console.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacuna bench recovery}. */
@Command(
    name = "recovery",
    description = {
      "Measures what checkpoints cost and what the end of a worker costs (Linux).",
      "sizes: bytes of progress records by shape, and microseconds to write one.",
      "changelogs: what answered requests leave in changelogs, and how long a"
          + " restore takes, with a tiny model.",
      "cost: two workers take turns with the same requests. One stores"
          + " progress all the time (checkpoint.device.ms=10), the other never. The"
          + " last line has ratioOfMedians.",
      "takeover: SIGKILL ends one worker and SIGTERM another in the middle of"
          + " their work. Times run from before the next worker's launcher."
          + " A batch is full if it has as many rows as --slots;"
          + " readyToFullBatchMillis is the time from ready to the first one, below"
          + " 0 if that came before all tasks ran."
          + " deviceSecondsRepeated counts forward passes that the first worker"
          + " logged and did not publish."
    })
final class BenchRecoveryCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private BenchPipelineOptions common;

  @Option(
      names = "--parts",
      paramLabel = "PART,…",
      split = ",",
      defaultValue = "sizes,changelogs,cost,takeover",
      description = "Parts to measure. Default: ${DEFAULT-VALUE}.")
  private List<String> parts;

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
      description = "cost: denoising steps. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "20",
      description = "cost: fewest measured requests of a round. Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "cost: rounds of each side. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "4",
      description = "Rows of a forward pass. Default: ${DEFAULT-VALUE}.")
  private int slots;

  @Option(
      names = "--pending",
      paramLabel = "N",
      defaultValue = "1000",
      description = "takeover: pending requests. Default: ${DEFAULT-VALUE}.")
  private int pending;

  @Option(
      names = "--run-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "takeover: seconds of work before a worker ends. Default: ${DEFAULT-VALUE}.")
  private int runSeconds;

  @Option(
      names = "--wait-seconds",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "takeover: longest wait in seconds for a full batch." + " Default: ${DEFAULT-VALUE}.")
  private int waitSeconds;

  @Option(
      names = "--changelog-requests",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "changelogs: answered requests before the first look. Default: ${DEFAULT-VALUE}.")
  private int changelogRequests;

  @Option(
      names = "--settle-seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "changelogs: seconds between two looks. Default: ${DEFAULT-VALUE}.")
  private int settleSeconds;

  BenchRecoveryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    return common.measureTiny(
        console, (tiny, report) -> new RecoveryBench(options(tiny), report).run());
  }

  private RecoveryBench.Options options(Path tiny) {
    Set<Part> wanted = EnumSet.noneOf(Part.class);
    parts.forEach(part -> wanted.add(Part.valueOf(part.toUpperCase(Locale.ROOT))));
    return new RecoveryBench.Options(
        wanted,
        common.modelOrDemo(),
        tiny,
        BenchPipelineOptions.texts(),
        length,
        steps,
        requests,
        rounds,
        slots,
        pending,
        runSeconds,
        waitSeconds,
        changelogRequests,
        settleSeconds,
        common.settings());
  }
}
