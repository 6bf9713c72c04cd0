package dev.lacuna.deploy.cli;

import picocli.CommandLine.Command;

/** {@code lacuna bench}: its sub-commands measure. */
@Command(
    name = "bench",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Measures how fast the parts are, and all together; docs/BENCHMARKS.md says what the numbers"
          + " mean.",
      "Times are medians over interleaved repetitions. A quiet machine gives better ones."
    })
final class BenchCommand {}
