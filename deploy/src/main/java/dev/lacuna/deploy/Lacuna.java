package dev.lacuna.deploy;

import dev.lacuna.deploy.cli.CommandLines;
import dev.lacuna.deploy.cli.StopSignals;
import dev.lacuna.deploy.output.Console;

/** Entry point of the command line. */
public final class Lacuna {

  private Lacuna() {}

  /** Runs a command and exits with its status. */
  public static void main(String[] args) {
    StopSignals signals = new StopSignals();
    signals.install();
    int status = CommandLines.of(Console.system(System.getenv()), signals).execute(args);
    signals.awaitEndIfStopping();
    System.exit(status);
  }
}
