package dev.lacuna.deploy.cli;

import picocli.CommandLine.Command;

/** {@code lacuna bench}: its sub-commands measure. */
@Command(
    name = "bench",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Measures the speed of each part and of all together. docs/BENCHMARKS.md"
          + " explains the numbers.",
      "Times are medians of interleaved repetitions. Run it on a quiet machine."
    })
final class BenchCommand {}
