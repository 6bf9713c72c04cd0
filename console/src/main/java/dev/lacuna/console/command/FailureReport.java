package dev.lacuna.console.command;

import dev.lacuna.console.Console;
import dev.lacuna.console.Visible;

/** Tells of a failure in a line that a person can act on. */
public final class FailureReport {

  private FailureReport() {}

  /**
   * Prints a failure.
   *
   * @return the exit status
   */
  static int print(Console console, Exception failure, boolean stacktrace) {
    boolean expected = failure instanceof CommandFailure;
    if (expected && failure.getMessage() == null) {
      return ((CommandFailure) failure).exitStatus(); // It was told already.
    }
    String text =
        failure.getMessage() != null && (expected || isOurs(failure))
            ? failure.getMessage()
            : failure.toString();
    for (String line : Visible.of(text).split("\n", -1)) {
      console.err().println(console.errStyle().bad("error:") + " " + line);
    }
    if (stacktrace) {
      failure.printStackTrace(console.err());
    }
    return expected ? ((CommandFailure) failure).exitStatus() : CommandFailure.FAILED;
  }

  /** Exceptions of this project explain themselves; of others the class says something too. */
  private static boolean isOurs(Exception failure) {
    return failure.getClass().getName().startsWith("dev.lacuna.");
  }
}
