package dev.lacuna.cli.documents;

import dev.lacuna.console.FileProblem;
import dev.lacuna.console.command.Accept;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.wire.GenerationRequest;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the documents that an option names. */
public final class Documents {

  private Documents() {}

  /** All requests of a file, or of standard input for {@code -}; a bad line ends the command. */
  public static List<GenerationRequest> read(Path file) {
    boolean standardInput = file.toString().equals("-");
    try (Reader reader =
        standardInput
            ? new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder())
            : Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return Accept.orUsage(
          DocumentsFile.read(standardInput ? "standard input" : file.toString(), reader));
    } catch (IOException e) {
      throw CommandFailure.usage("the documents file " + FileProblem.of(file.toString(), e));
    }
  }
}
