package dev.lacuna.worker.kafka;

import dev.lacuna.topology.kafka.Right;
import java.util.Map;

/** The cluster refused or could not be reached; the message says what was tried. */
public final class KafkaFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What was tried and what came of it. */
  public KafkaFailure(String tried, Throwable cause) {
    super(tried + ": " + cause.getMessage(), cause);
  }

  /** What is wrong. */
  public KafkaFailure(String message) {
    super(message);
  }

  private KafkaFailure(Throwable cause, String message) {
    super(message, cause);
  }

  /** What is wrong, in a sentence that is whole without the cause's. */
  static KafkaFailure whole(String message, Throwable cause) {
    return new KafkaFailure(cause, message);
  }

  /**
   * What was tried and what came of it; a denial names the operation, the topic and the cure, which
   * Kafka's own messages leave out.
   *
   * @param needed what the cluster must have denied, if it denied something
   * @param client the client's settings
   */
  static KafkaFailure of(String tried, Throwable cause, Right needed, Map<String, ?> client) {
    return Right.isDenial(cause)
        ? whole(tried + ": denied: " + needed.missing(client), cause)
        : new KafkaFailure(tried, cause);
  }

  static KafkaFailure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new KafkaFailure("interrupted while waiting for the cluster", e);
  }
}
