package dev.lacuna.runtime.checkpoint;

import java.nio.file.Path;

/**
 * A checkpoint that can't be loaded: a stop at start-up. The message names the file, the tensor or
 * key, what was found and what was expected.
 */
public final class CheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What a message repeats of a hostile file must not fill a log. */
  private static final int MAX_CHARACTERS = 700;

  /** With a sentence for the person who named the folder. */
  public CheckpointException(Path file, String message) {
    super(file + ": " + shown(message));
  }

  /** With a sentence and the failure behind it. */
  public CheckpointException(Path file, String message, Throwable cause) {
    super(file + ": " + shown(message), cause);
  }

  private static String shown(String message) {
    return message.length() <= MAX_CHARACTERS
        ? message
        : message.substring(0, MAX_CHARACTERS) + "…";
  }
}
