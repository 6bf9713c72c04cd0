package dev.lacuna.cli.client;

import dev.lacuna.console.command.CommandFailure;
import picocli.CommandLine.Option;

/** How results are printed and how long they are waited for. */
final class ResultOptions {

  @Option(names = "--json", description = "Prints one JSON object per line.")
  private boolean json;

  @Option(names = "--timings", description = "Also prints step timings.")
  private boolean timings;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "Gives up with exit status 1 when nothing new arrives for so long."
              + " Default: ${DEFAULT-VALUE}.")
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
