package dev.lacuna.runtime.checkpoint.files;

import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A checkpoint that can't be loaded: a stop at start-up. The message names the file, the tensor or
 * key, what was found and what was expected.
 */
public final class CheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What a line of a message repeats of a hostile file must not fill a log. */
  private static final int MAX_LINE_CHARACTERS = 700;

  /** With a sentence for the person who named the folder. */
  public CheckpointException(Path file, String message) {
    super(file + ": " + shown(message));
  }

  /** With a sentence and the failure behind it. */
  public CheckpointException(Path file, String message, Throwable cause) {
    super(file + ": " + shown(message), cause);
  }

  /** Of several lines, such as a list of tensors, each is cut by itself. */
  private static String shown(String message) {
    return message.lines().map(CheckpointException::cut).collect(Collectors.joining("\n"));
  }

  private static String cut(String line) {
    return line.length() <= MAX_LINE_CHARACTERS
        ? line
        : line.substring(0, MAX_LINE_CHARACTERS) + "…";
  }
}
