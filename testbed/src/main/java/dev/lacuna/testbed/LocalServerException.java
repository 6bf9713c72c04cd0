package dev.lacuna.testbed;

/**
 * A local server did not start, died, or can't be controlled; the message has the end of its log.
 */
public final class LocalServerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LocalServerException(String message) {
    super(message);
  }

  LocalServerException(String message, Throwable cause) {
    super(message, cause);
  }
}
