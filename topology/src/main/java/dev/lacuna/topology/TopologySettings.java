package dev.lacuna.topology;

import java.time.Duration;

/**
 * Settings of the topology, checked by the configuration before they get here.
 *
 * @param topics the topics of the wire contract
 * @param limits what a request may ask for
 * @param workerId names this process in step timings
 * @param defaultModel model of a request that names none
 * @param acceptedMax accepted requests of this process from which request partitions are paused
 * @param drainInterval least time between two drains while something is pending
 * @param drainMax longest time that one drain may take on the stream thread
 * @param checkpointInterval period in which running requests publish timings and store progress
 * @param cancelRetention how long the cancellation of an id not yet seen is remembered
 */
public record TopologySettings(
    Topics topics,
    Limits limits,
    String workerId,
    String defaultModel,
    int acceptedMax,
    Duration drainInterval,
    Duration drainMax,
    Duration checkpointInterval,
    Duration cancelRetention) {

  /** Topic names. */
  public record Topics(
      String requests, String control, String completions, String timings, String deadLetters) {}

  /**
   * What a request may ask for; beyond them it is answered FAILED.
   *
   * @param entryMaxBytes encoded store entry of one request
   * @param completionMaxBytes largest possible completion of one request, headers included
   * @param headersMaxBytes keys and values of a request's headers together
   * @param samplesMax samples generated for one request
   */
  public record Limits(
      int entryMaxBytes, int completionMaxBytes, int headersMaxBytes, int samplesMax) {

    /** Largest dead letter; a record beyond it is cut, so that it can't stop the worker. */
    public int deadLetterMaxBytes() {
      return Math.max(entryMaxBytes, completionMaxBytes);
    }

    /** What the largest record that the worker writes takes, with room for Kafka's framing. */
    public int recordMaxBytes() {
      return Math.addExact(Math.max(entryMaxBytes, completionMaxBytes), FRAMING_BYTES);
    }

    private static final int FRAMING_BYTES = 16 * 1024;
  }
}
