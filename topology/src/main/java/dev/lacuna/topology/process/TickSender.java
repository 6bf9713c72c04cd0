package dev.lacuna.topology.process;

import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * Sends ticks: control records that say nothing but that they were sent. The task that asked for
 * one knows two things once it reads it:
 *
 * <ul>
 *   <li>its transactions carry offsets from now on, so that they are fenced if somebody else took
 *       the task over; before, it would commit the output of a punctuator with no offsets, and a
 *       paused zombie would publish it again;
 *   <li>it has read every death note that was sent before it began.
 * </ul>
 *
 * <p>Threading: any thread may call it; it never blocks.
 */
public interface TickSender {
  /** Key of a tick; its value is null. */
  String KEY = "__lacuna.tick";

  /** Key of a death note. */
  String DEATH_KEY = "__lacuna.death";

  /** Header of a tick: the number of who asked for it, 8 bytes. */
  String NUMBER_HEADER = "lacuna.tick";

  /** Prefix of keys and ids that no request may use. */
  String RESERVED_PREFIX = "__lacuna.";

  /** The number of an asker as the header has it. */
  static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /**
   * Sends a tick to a partition of the control topic at once and again every second.
   *
   * @param number tells the ticks of one asker from those of others
   * @param answered whether ticks are no longer wanted; called from another thread
   */
  void sendUntil(int partition, long number, BooleanSupplier answered);
}
