package dev.lacuna.schemas;

/**
 * The registry can't serve this process as it is: a schema is not registered, is incompatible, or
 * the registry can't be reached at start-up. The message says what to do; start again afterwards.
 */
public final class SchemaSetupException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SchemaSetupException(String message, Throwable cause) {
    super(message, cause);
  }
}
