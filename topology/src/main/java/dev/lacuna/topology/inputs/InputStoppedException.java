package dev.lacuna.topology.inputs;

import org.apache.kafka.common.KafkaException;

/** An input can't be read on without losing or doubling records; the message says what to do. */
public final class InputStoppedException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /** Stops for this reason. */
  public InputStoppedException(String message, Throwable cause) {
    super(message, cause);
  }
}
