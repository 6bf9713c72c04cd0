package dev.lacuna.worker;

import dev.lacuna.console.command.CommandShell;

/**
 * Entry point of a worker: {@code lacuna worker}, on a class path that has nothing else in it than
 * what a worker needs.
 */
public final class WorkerMain {

  private WorkerMain() {}

  /**
   * Works until the process is told to stop or the worker can't go on, and exits with its status.
   *
   * @param args {@code worker} and its options, as the launcher gives them
   */
  public static void main(String[] args) {
    CommandShell.run(
        args,
        (console, signals) ->
            CommandShell.of(console, signals, new WorkerCommand(console, signals)));
  }
}
