package dev.lacuna.benchmarks.command;

import dev.lacuna.benchmarks.recovery.RecoveryBench;
import dev.lacuna.benchmarks.recovery.RecoveryBench.Part;
import dev.lacuna.console.Console;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.testbed.TemporaryFolder;
import dev.lacuna.testbed.TinyCheckpoint;
import dev.lacuna.worker.config.LacunaHome;
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
      "What checkpoints cost, and what a worker's end costs (Linux).",
      "sizes: bytes of progress records by shape, and microseconds to write one.",
      "changelogs: what answered requests leave there, and how long a restore takes; on a tiny"
          + " model.",
      "cost: two workers take turns with the same requests, one that stores them all the time"
          + " (checkpoint.device.ms=10) and one that never does; the last line has ratioOfMedians.",
      "takeover: a worker ends by SIGKILL, and one by SIGTERM, in the middle of its work; the times"
          + " are from before the next worker's launcher, deviceSecondsRepeated is device time of"
          + " the forward passes of which the first worker's own log tells and its timings don't."
    })
final class BenchRecoveryCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private BenchPipelineOptions common;

  @Option(
      names = "--parts",
      paramLabel = "PART,…",
      split = ",",
      defaultValue = "sizes,changelogs,cost,takeover",
      description = "What is measured; default: ${DEFAULT-VALUE}.")
  private List<String> parts;

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
      description = "Denoising steps of cost; default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "20",
      description = "Least requests of a round of cost that count; default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds of cost on each side; default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "4",
      description = "Rows of a forward pass; default: ${DEFAULT-VALUE}.")
  private int slots;

  @Option(
      names = "--pending",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Requests pending at a takeover; default: ${DEFAULT-VALUE}.")
  private int pending;

  @Option(
      names = "--run-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Seconds that a worker works before it ends; default: ${DEFAULT-VALUE}.")
  private int runSeconds;

  @Option(
      names = "--wait-seconds",
      paramLabel = "N",
      defaultValue = "60",
      description =
          "Longest wait for the next worker's forward passes to be as full; default:"
              + " ${DEFAULT-VALUE}.")
  private int waitSeconds;

  @Option(
      names = "--changelog-requests",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Requests answered before changelogs are looked at; default: ${DEFAULT-VALUE}.")
  private int changelogRequests;

  @Option(
      names = "--settle-seconds",
      paramLabel = "N",
      defaultValue = "20",
      description = "Between two looks at the changelogs; default: ${DEFAULT-VALUE}.")
  private int settleSeconds;

  BenchRecoveryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    TemporaryFolder folder =
        TemporaryFolder.under(Path.of(System.getProperty("java.io.tmpdir")), "lacuna-recovery-");
    try {
      Set<Part> wanted = EnumSet.noneOf(Part.class);
      parts.forEach(part -> wanted.add(Part.valueOf(part.toUpperCase(Locale.ROOT))));
      run(wanted, TinyCheckpoint.write(folder.path(), LacunaHome.demoModel()));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    } finally {
      folder.delete();
    }
    return 0;
  }

  private void run(Set<Part> wanted, Path tiny) throws InterruptedException {
    RecoveryBench.Options options =
        new RecoveryBench.Options(
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
    new RecoveryBench(options, common.report(console)).run();
  }
}
