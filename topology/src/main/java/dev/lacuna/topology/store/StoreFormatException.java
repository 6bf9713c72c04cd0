package dev.lacuna.topology.store;

/**
 * A store holds bytes that this worker can't read: a newer format, or damage. The worker has to
 * stop, since skipping the entry would lose accepted work.
 */
public final class StoreFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says which store, what was found, and the cure. */
  public StoreFormatException(String message) {
    super(message);
  }
}
