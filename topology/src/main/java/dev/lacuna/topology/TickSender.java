package dev.lacuna.topology;

import java.util.function.BooleanSupplier;

/**
 * Sends ticks: control records that do nothing but arm the task that reads them.
 *
 * <p>Why: a task that has consumed no record since it was initialised commits the output of a
 * punctuator with no offsets, so nothing fences it if it is a paused zombie that somebody else took
 * over from. A task with restored work therefore asks for a record of its own.
 *
 * <p>Threading: any thread may call it; it never blocks.
 */
public interface TickSender {
  /** Key of a tick; its value is null. Keys with this prefix are reserved. */
  String KEY = "__lacuna.tick";

  /** Prefix of keys and ids that no request may use. */
  String RESERVED_PREFIX = "__lacuna.";

  /**
   * Sends a tick to a partition of the control topic at once and again every second.
   *
   * @param answered whether ticks are no longer wanted; called from another thread
   */
  void sendUntil(int partition, BooleanSupplier answered);
}
