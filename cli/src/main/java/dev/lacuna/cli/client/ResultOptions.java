package dev.lacuna.cli.client;

import dev.lacuna.console.command.CommandFailure;
import picocli.CommandLine.Option;

/** How results are printed and how long they are waited for. */
final class ResultOptions {

  @Option(names = "--json", description = "Prints one JSON object a line.")
  private boolean json;

  @Option(names = "--timings", description = "Prints step timings too.")
  private boolean timings;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "Gives up (exit status 1) when nothing new came for so long; default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  boolean json() {
    return json;
  }

  boolean timings() {
    return timings;
  }

  int timeoutSeconds() {
    if (timeoutSeconds < 1) {
      throw CommandFailure.usage("--timeout is " + timeoutSeconds + "; it must be at least 1");
    }
    return timeoutSeconds;
  }
}
