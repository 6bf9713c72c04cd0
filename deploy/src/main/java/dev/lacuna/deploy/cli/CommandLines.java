package dev.lacuna.deploy.cli;

import dev.lacuna.deploy.doctor.Probe;
import dev.lacuna.deploy.output.Console;
import dev.lacuna.deploy.output.Visible;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** Puts the commands together. */
public final class CommandLines {

  private CommandLines() {}

  /**
   * The whole command line on a console.
   *
   * @param signals where commands say how they are stopped
   */
  public static CommandLine of(Console console, StopSignals signals) {
    LacunaCommand root = new LacunaCommand();
    CommandLine line = new CommandLine(root);
    line.addSubcommand(new DemoCommand(console, signals));
    line.addSubcommand(new FillCommand(console));
    line.addSubcommand(new EvalCommand(console));
    line.addSubcommand(new WorkerCommand(console, signals));
    line.addSubcommand(new SubmitCommand(console));
    line.addSubcommand(new CollectCommand(console));
    line.addSubcommand(new CancelCommand(console));
    line.addSubcommand(new TopicsCommand(console));
    line.addSubcommand(new SchemasCommand(console));
    line.addSubcommand(new ModelsCommand(console));
    line.addSubcommand(new ConfigCommand(console));
    line.addSubcommand(new ConformCommand(console));
    line.addSubcommand(new DoctorCommand(console, Probe.here()));
    line.addSubcommand(bench(console, signals));
    line.addSubcommand(new CommandLine.HelpCommand());
    line.setOut(writer(console.out()));
    line.setErr(writer(console.err()));
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(console.outStyle().ansi() ? Ansi.ON : Ansi.OFF));
    line.setUsageHelpAutoWidth(false);
    line.setUsageHelpWidth(Math.min(console.columns(), 110));
    line.setParameterExceptionHandler((e, args) -> badUsage(console, e));
    line.setExecutionExceptionHandler(
        (e, command, result) -> {
          signals.awaitEndIfStopping();
          return FailureReport.print(console, e, root.stacktrace());
        });
    line.setExecutionStrategy(CommandLines::runLast);
    return line;
  }

  private static CommandLine bench(Console console, StopSignals signals) {
    CommandLine line = new CommandLine(new BenchCommand());
    // Sub-commands, one a line.
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

  /** Without a sub-command there is nothing to do but to show what there is. */
  private static int runLast(CommandLine.ParseResult result) {
    CommandLine.ParseResult last = result;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandLine command = last.commandSpec().commandLine();
    if (!last.isUsageHelpRequested()
        && !last.isVersionHelpRequested()
        && !command.getSubcommands().isEmpty()) {
      command.usage(command.getErr());
      return CommandFailure.USAGE;
    }
    return new CommandLine.RunLast().execute(result);
  }

  private static int badUsage(Console console, ParameterException e) {
    console
        .err()
        .printf(
            "%s %s%s%n(`%s --help` says more)%n",
            console.errStyle().bad("error:"),
            Visible.of(String.valueOf(e.getMessage())),
            suggestion(e),
            e.getCommandLine().getCommandSpec().qualifiedName());
    return CommandFailure.USAGE;
  }

  private static String suggestion(ParameterException e) {
    return e instanceof CommandLine.UnmatchedArgumentException unmatched
            && !unmatched.getSuggestions().isEmpty()
        ? "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?"
        : "";
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
