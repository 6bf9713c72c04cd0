package dev.lacuna.runtime.natives;

/** No folder can be used for native libraries; the message says why and what helps. */
public final class NativesException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NativesException(String message, Throwable cause) {
    super(message, cause);
  }
}
