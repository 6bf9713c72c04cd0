package dev.lacuna.console.command;

import dev.lacuna.console.Console;
import dev.lacuna.console.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/** Where a benchmark draws its rows. */
public final class PlotOption {

  @Option(names = "--plot", paramLabel = "FILE.svg", description = "Draws the rows into this file.")
  private Path plot;

  /** Better told now than after minutes of work. */
  public void check() {
    if (plot == null) {
      return;
    }
    if (!Files.isDirectory(plot.toAbsolutePath().normalize().getParent())) {
      throw CommandFailure.usage(
          "--plot is " + plot + ": its folder does not exist; create it first");
    }
    if (Files.isDirectory(plot)) {
      throw CommandFailure.usage("--plot is " + plot + ", a folder; name a file");
    }
  }

  /** Writes the picture, if it is wanted. */
  public void write(Console console, Supplier<String> svg) {
    if (plot == null) {
      return;
    }
    try {
      Files.writeString(plot, svg.get());
    } catch (IOException e) {
      throw CommandFailure.failed("the plot " + FileProblem.of(plot.toString(), e), e);
    }
    console.err().println("plot: " + plot);
  }
}
