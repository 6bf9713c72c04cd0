package dev.lacuna.runtime.engine.api;

/**
 * A forward pass needed more memory than its device could give; a smaller one may fit. Thrown by a
 * {@link ForwardPass}, which can be run again.
 */
public final class OutOfDeviceMemory extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With a sentence that names the batch, and what the device said. */
  public OutOfDeviceMemory(String message, Throwable cause) {
    super(message, cause);
  }
}
