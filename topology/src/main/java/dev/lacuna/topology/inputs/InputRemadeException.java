package dev.lacuna.topology.inputs;

import org.apache.kafka.common.KafkaException;

/**
 * A topic was deleted and made again while it was read. What the stream thread holds of the old one
 * must not be committed to the new one: the thread ends, and the next begins at the first record.
 */
public final class InputRemadeException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /** Ends the thread for this reason. */
  public InputRemadeException(String message) {
    super(message);
  }
}
