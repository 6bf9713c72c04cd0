package dev.lacuna.console.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command without a sub-command: shows its help. */
@Command(
    name = "lacuna",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Fills blanks in documents with masked-diffusion language models, on Kafka.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0: done", "1: failed", "2: bad usage or configuration"})
public final class LacunaCommand {

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Prints the stack trace of a failure.")
  private boolean stacktrace;

  boolean stacktrace() {
    return stacktrace;
  }
}
