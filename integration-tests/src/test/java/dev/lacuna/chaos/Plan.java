package dev.lacuna.chaos;

/**
 * What a run is made of, beside its options.
 *
 * @param workers of the fleet at the beginning
 * @param acceptedMax requests that a worker accepts at a time
 * @param stepMillis least duration of a forward pass, ms: how long requests are exposed
 * @param checkpointMillis device time after which running requests publish their timings, ms
 * @param drainMillis least time between two looks for what can be published, ms: how long results
 *     wait in a worker
 * @param takeovers whether all requests are long, nothing is sent with them, and all are sent at
 *     first: then tasks that are taken over get no record of their own
 */
record Plan(
    int workers,
    int acceptedMax,
    int stepMillis,
    int checkpointMillis,
    int drainMillis,
    boolean takeovers) {
  /** Everything at once: small caps, so that a backlog stays in Kafka. */
  static final Plan MIXED = new Plan(3, 12, 10, 300, 10, false);

  /** What a stopped owner of restored work needs to do harm, if nothing holds it back. */
  static final Plan TAKEOVERS = new Plan(2, 512, 40, 100, 500, true);
}
