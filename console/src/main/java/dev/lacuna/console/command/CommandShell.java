package dev.lacuna.console.command;

import dev.lacuna.console.Console;
import dev.lacuna.console.Visible;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** How {@code lacuna} reads its arguments, shows help and ends; which commands it has is given. */
public final class CommandShell {

  private CommandShell() {}

  /**
   * Runs the command that a process was started for, and exits with its status.
   *
   * @param commands makes the command line
   */
  public static void run(String[] args, BiFunction<Console, StopSignals, CommandLine> commands) {
    StopSignals signals = new StopSignals();
    signals.install();
    int status = commands.apply(Console.system(System.getenv()), signals).execute(args);
    signals.awaitEndIfStopping();
    signals.end(status);
  }

  /**
   * A command line on a console.
   *
   * @param signals where commands say how they are stopped
   * @param commands objects with picocli's annotations, or command lines, in the order of the help
   */
  public static CommandLine of(Console console, StopSignals signals, Object... commands) {
    LacunaCommand root = new LacunaCommand();
    CommandLine line = new CommandLine(root);
    for (Object command : commands) {
      line.addSubcommand(command);
    }
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
    line.setExecutionStrategy(CommandShell::runLast);
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
