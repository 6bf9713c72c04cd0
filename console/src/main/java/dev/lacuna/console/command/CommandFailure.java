package dev.lacuna.console.command;

import java.util.List;

/** Ends a command with one line on standard error, or a few, and an exit status. */
public final class CommandFailure extends RuntimeException {

  /** Exit status of bad usage or configuration. */
  public static final int USAGE = 2;

  /** Exit status of everything else that went wrong. */
  public static final int FAILED = 1;

  private static final long serialVersionUID = 1L;

  private final int exitStatus;

  private CommandFailure(int exitStatus, String message, Throwable cause) {
    super(message, cause);
    this.exitStatus = exitStatus;
  }

  /** Bad usage or configuration. */
  public static CommandFailure usage(String message) {
    return new CommandFailure(USAGE, message, null);
  }

  /** Bad usage or configuration, one line for each problem. */
  public static CommandFailure usage(List<String> problems) {
    return usage(String.join("\n", problems));
  }

  /** The command could not do its work. */
  public static CommandFailure failed(String message) {
    return new CommandFailure(FAILED, message, null);
  }

  /** The command could not do its work, because of something else. */
  public static CommandFailure failed(String message, Throwable cause) {
    return new CommandFailure(FAILED, message, cause);
  }

  /** Ends a command that has told of its failure itself: nothing more is printed. */
  public static CommandFailure told(int exitStatus) {
    return new CommandFailure(exitStatus, null, null);
  }

  /** Exit status of the process. */
  public int exitStatus() {
    return exitStatus;
  }
}
