package dev.lacuna.runtime.onnx;

/** The runtime failed where nothing in a request could make it: a stop. */
public final class ForwardPassException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With a sentence that names what was tried. */
  public ForwardPassException(String message) {
    super(message);
  }

  /** With a sentence and the failure behind it. */
  public ForwardPassException(String message, Throwable cause) {
    super(message, cause);
  }
}
