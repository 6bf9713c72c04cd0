package dev.lacuna.cli;

import dev.lacuna.benchmarks.command.BenchCommand;
import dev.lacuna.cli.client.CancelCommand;
import dev.lacuna.cli.client.CollectCommand;
import dev.lacuna.cli.client.SubmitCommand;
import dev.lacuna.cli.demo.DemoCommand;
import dev.lacuna.cli.doctor.DoctorCommand;
import dev.lacuna.cli.doctor.Probe;
import dev.lacuna.cli.letters.DeadLettersCommand;
import dev.lacuna.cli.model.ConformCommand;
import dev.lacuna.cli.model.EvalCommand;
import dev.lacuna.cli.model.FillCommand;
import dev.lacuna.cli.model.ModelsCommand;
import dev.lacuna.cli.worker.ConfigCommand;
import dev.lacuna.cli.worker.SchemasCommand;
import dev.lacuna.cli.worker.TopicsCommand;
import dev.lacuna.console.Console;
import dev.lacuna.console.command.CommandShell;
import dev.lacuna.console.command.StopSignals;
import dev.lacuna.worker.WorkerCommand;
import picocli.CommandLine;

/** Puts the commands together. */
public final class CommandLines {

  private CommandLines() {}

  /**
   * The whole command line on a console.
   *
   * @param signals where commands say how they are stopped
   */
  public static CommandLine of(Console console, StopSignals signals) {
    return CommandShell.of(
        console,
        signals,
        new DemoCommand(console, signals),
        new FillCommand(console),
        new EvalCommand(console),
        new WorkerCommand(console, signals),
        new SubmitCommand(console),
        new CollectCommand(console),
        new CancelCommand(console),
        new DeadLettersCommand(console, signals),
        new TopicsCommand(console),
        new SchemasCommand(console),
        new ModelsCommand(console),
        new ConfigCommand(console),
        new ConformCommand(console),
        new DoctorCommand(console, Probe.here()),
        BenchCommand.on(console),
        new CommandLine.HelpCommand());
  }
}
