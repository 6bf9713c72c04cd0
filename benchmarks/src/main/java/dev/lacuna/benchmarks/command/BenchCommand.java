package dev.lacuna.benchmarks.command;

import dev.lacuna.console.Console;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lacuna bench}: its sub-commands measure. */
@Command(
    name = "bench",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Measures the speed of each part and of all together. docs/BENCHMARKS.md"
          + " explains the numbers.",
      "Times are medians of interleaved repetitions. Run it on a quiet machine."
    })
public final class BenchCommand {

  private BenchCommand() {}

  /** The command with its sub-commands, which print on a console. */
  public static CommandLine on(Console console) {
    CommandLine line = new CommandLine(new BenchCommand());
    line.addSubcommand(new BenchScheduleCommand(console));
    line.addSubcommand(new BenchStepCommand(console));
    line.addSubcommand(new BenchEngineCommand(console));
    line.addSubcommand(new BenchPipelineCommand(console));
    line.addSubcommand(new BenchLatencyCommand(console));
    line.addSubcommand(new BenchSoakCommand(console));
    line.addSubcommand(new BenchStartupCommand(console));
    line.addSubcommand(new BenchRecoveryCommand(console));
    return line;
  }
}
