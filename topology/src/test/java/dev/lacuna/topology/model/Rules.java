package dev.lacuna.topology.model;

import dev.lacuna.topology.process.ArmingRule;

/**
 * The rules that a cluster of the model goes by: the worker's, or those with one cure taken out.
 */
enum Rules {
  /** What the worker does. */
  PRODUCT(ArmingRule.AFTER_A_RECORD, Kafka.maxTaskIdleMillis(), false),

  /** Every incarnation may write at once. */
  ARMED_AT_ONCE(processed -> true, Kafka.maxTaskIdleMillis(), false),

  /** {@code max.task.idle.ms} is 0: a task waits for what its partitions are known to hold. */
  TASKS_WAIT(ArmingRule.AFTER_A_RECORD, 0, false),

  /** The control topic is paused at the cap, as the requests are. */
  CONTROL_PAUSED(ArmingRule.AFTER_A_RECORD, Kafka.maxTaskIdleMillis(), true);

  private final ArmingRule arming;
  private final long maxTaskIdleMillis;
  private final boolean controlPausedToo;

  Rules(ArmingRule arming, long maxTaskIdleMillis, boolean controlPausedToo) {
    this.arming = arming;
    this.maxTaskIdleMillis = maxTaskIdleMillis;
    this.controlPausedToo = controlPausedToo;
  }

  /** When an incarnation of a task may write. */
  ArmingRule arming() {
    return arming;
  }

  /** Kafka Streams' {@code max.task.idle.ms}: -1 or 0. */
  long maxTaskIdleMillis() {
    return maxTaskIdleMillis;
  }

  /** Whether control partitions are paused at the cap. */
  boolean controlPausedToo() {
    return controlPausedToo;
  }
}
