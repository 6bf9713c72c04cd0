package dev.lacuna.deploy;

import dev.lacuna.deploy.cli.CommandLines;
import dev.lacuna.deploy.output.Console;

/** Entry point of the command line. */
public final class Lacuna {

  private Lacuna() {}

  /** Runs a command and exits with its status. */
  public static void main(String[] args) {
    System.exit(CommandLines.of(Console.system(System.getenv())).execute(args));
  }
}
