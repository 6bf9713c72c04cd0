package dev.lacuna.cli;

import dev.lacuna.console.command.CommandShell;

/** Entry point of the command line. */
public final class Lacuna {

  private Lacuna() {}

  /** Runs a command and exits with its status. */
  public static void main(String[] args) {
    CommandShell.run(args, CommandLines::of);
  }
}
