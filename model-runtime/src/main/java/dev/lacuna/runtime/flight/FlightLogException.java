package dev.lacuna.runtime.flight;

import java.nio.file.Path;

/** A flight log can't be kept in a file. The message names the file and the cure. */
public final class FlightLogException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FlightLogException(Path file, String message, Throwable cause) {
    super("flight log " + file + ": " + message, cause);
  }
}
