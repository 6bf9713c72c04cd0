package dev.lacuna.runtime.checkpoint;

import java.nio.file.Path;

/**
 * A checkpoint that can't be loaded: a stop at start-up. The message names the file, the tensor or
 * key, what was found and what was expected.
 */
public final class CheckpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With a sentence for the person who named the folder. */
  public CheckpointException(Path file, String message) {
    super(file + ": " + message);
  }

  /** With a sentence and the failure behind it. */
  public CheckpointException(Path file, String message, Throwable cause) {
    super(file + ": " + message, cause);
  }
}
