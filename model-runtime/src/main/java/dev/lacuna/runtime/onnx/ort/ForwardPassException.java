package dev.lacuna.runtime.onnx.ort;

/**
 * The runtime failed, and not for lack of memory. While a model is opened a stop; from a forward
 * pass the engine finds out whether a request or the device is to blame.
 */
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
