package dev.lacuna.field;

import dev.lacuna.cli.CommandLines;
import dev.lacuna.console.Console;
import dev.lacuna.console.Style;
import dev.lacuna.console.command.StopSignals;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A command of {@code lacuna}, run in this process, and what came of it.
 *
 * @param status its exit status
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record LacunaCommand(int status, String out, String err) {

  /** Runs a command to its end. */
  public static LacunaCommand run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new Style(false),
            new Style(false),
            false,
            false,
            80);
    int status = CommandLines.of(console, new StopSignals()).execute(arguments);
    return new LacunaCommand(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
