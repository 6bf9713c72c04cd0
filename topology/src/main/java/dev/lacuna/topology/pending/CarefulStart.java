package dev.lacuna.topology.pending;

import java.time.Duration;

/**
 * How long an incarnation of a task is careful: until it has read again what its predecessor may
 * have read and begun without committing. Those records are the next ones of its partition, so it
 * is over after some time in which it could read, or after more requests than a predecessor can
 * have had uncommitted. Time at the cap of accepted work doesn't count: nothing is read then.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class CarefulStart {
  private final long lastingNanos;
  private final int requestsMax;
  private int requests;
  private long readingNanos;
  private long lookedNanos;
  private boolean looked;
  private boolean reading;

  /**
   * Begins with the first look, once the task is armed.
   *
   * @param lasting time in which requests can be read
   * @param requestsMax requests read that end it sooner
   */
  CarefulStart(Duration lasting, int requestsMax) {
    this.lastingNanos = lasting.toNanos();
    this.requestsMax = requestsMax;
  }

  /** A request was read. */
  void requestRead() {
    requests++;
  }

  /**
   * Time goes by.
   *
   * @param readingNow whether requests are being read from now on
   */
  void look(long nowNanos, boolean readingNow) {
    if (looked && reading) {
      readingNanos += nowNanos - lookedNanos;
    }
    looked = true;
    reading = readingNow;
    lookedNanos = nowNanos;
  }

  /** Whether requests that are read from now on may be handed over at once. */
  boolean over() {
    return readingNanos >= lastingNanos || requests > requestsMax;
  }
}
