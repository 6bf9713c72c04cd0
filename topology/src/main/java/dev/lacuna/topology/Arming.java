package dev.lacuna.topology;

import dev.lacuna.topology.process.ArmingRule;
import dev.lacuna.topology.process.TickSender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether one incarnation of a task may write. It may once it has processed a record: from then on
 * its transactions carry offsets, and the group's coordinator fences them if another owner has
 * taken the task over. Until then nothing is forwarded and no store is written.
 *
 * <p>Threading: owned by the stream thread; the tick sender's thread reads it.
 */
final class Arming {
  private static final Logger log = LoggerFactory.getLogger(Arming.class);

  private final String task;
  private final ArmingRule rule;
  private volatile State state = State.DISARMED;
  private volatile boolean tickRead;

  private enum State {
    DISARMED,
    ARMED,
    CLOSED
  }

  Arming(String task, ArmingRule rule) {
    this.task = task;
    this.rule = rule;
  }

  /** Asks for ticks until this incarnation has read one of its own or is closed. */
  void askForTick(TickSender ticks, int partition, long number) {
    log.debug("a task asks for a tick task={}", task);
    ticks.sendUntil(partition, number, () -> tickRead || state == State.CLOSED);
  }

  /** A tick of its own was read. */
  void tickRead() {
    tickRead = true;
  }

  /** A record is being processed. */
  void recordProcessed() {
    if (state == State.DISARMED) {
      state = State.ARMED;
      log.debug("a task is armed task={}", task);
    }
  }

  boolean armed() {
    return state != State.CLOSED && rule.mayWrite(state == State.ARMED);
  }

  void close() {
    state = State.CLOSED;
  }
}
