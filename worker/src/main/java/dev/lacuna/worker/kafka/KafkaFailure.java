package dev.lacuna.worker.kafka;

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

  static KafkaFailure interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new KafkaFailure("interrupted while waiting for the cluster", e);
  }
}
