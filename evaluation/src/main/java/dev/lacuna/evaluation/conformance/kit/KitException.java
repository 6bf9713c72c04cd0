package dev.lacuna.evaluation.conformance.kit;

import java.nio.file.Path;

/**
 * A file of a kit that can't be used. The message names the file, the field, what was found and
 * what was expected. In the manifest it ends the run, anywhere else it fails a case.
 */
public final class KitException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With a sentence for the person who named the kit. */
  public KitException(Path file, String message) {
    super(file + ": " + message);
  }

  /** With a sentence and the failure behind it. */
  public KitException(Path file, String message, Throwable cause) {
    super(file + ": " + message, cause);
  }
}
