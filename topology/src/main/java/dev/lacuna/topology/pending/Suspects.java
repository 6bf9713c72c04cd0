package dev.lacuna.topology.pending;

import dev.lacuna.topology.TaskParts;
import dev.lacuna.topology.outbox.Outbox;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Restored requests that ran when an earlier owner died, one of which may have killed it. Each runs
 * alone for a while before it joins the others, one of the whole process at a time ({@link
 * AloneTurn}):
 *
 * <ol>
 *   <li>its attempts plus one are stored, and committed;
 *   <li>its samples run, and nothing else does ({@code RunSpec.alone});
 *   <li>each step found done is stored with no attempts, and committed soon: whoever dies now has
 *       made progress, and isn't blamed;
 *   <li>after a checkpoint's device time, or at its end, the turn goes on.
 * </ol>
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class Suspects {
  private final TaskParts parts;
  private final PendingWork work;
  private final Outbox outbox;
  private final long aloneMicros;
  private final Queue<PendingRequest> line = new PriorityQueue<>(Rank.SUSPECTS);
  private PendingRequest current;
  private long storedAt;
  private boolean running;

  Suspects(TaskParts parts, PendingWork work, Outbox outbox) {
    this.parts = parts;
    this.work = work;
    this.outbox = outbox;
    this.aloneMicros =
        TimeUnit.NANOSECONDS.toMicros(parts.settings().durability().checkpointDevice().toNanos());
  }

  void add(PendingRequest request) {
    line.add(request);
    parts.metrics().suspectsChanged(1);
  }

  /** Whether all have had their turn. */
  boolean isEmpty() {
    return current == null && line.isEmpty();
  }

  /** Takes the next step if it can be taken; only in an armed task. */
  void advance() {
    if (current != null) {
      if (running) {
        watch();
      } else {
        begin();
      }
    }
    if (current == null) {
      takeTurn();
    }
  }

  /** The request was answered: it needs no turn any more. */
  void answered(PendingRequest request) {
    if (request == current) {
      endTurn();
    } else if (line.remove(request)) {
      parts.metrics().suspectsChanged(-1);
      leaveIfNobodyWaits();
    }
  }

  /** Whoever stood in line for a request that needs no turn any more would hold all others up. */
  private void leaveIfNobodyWaits() {
    if (isEmpty()) {
      parts.recovery().turn().giveBack(this);
    }
  }

  private void takeTurn() {
    if (line.isEmpty() || !parts.recovery().turn().ask(this)) {
      return;
    }
    current = line.remove();
    running = false;
    if (!current.settled()) {
      current.begin().attempt();
      storedAt = parts.commits().committed();
      work.checkpoint(current);
      outbox.wantCommit();
      parts.metrics().attemptBegun();
    }
  }

  private void begin() {
    if (current.settled()) {
      endTurn();
    } else if (parts.commits().committed() > storedAt) {
      running = true;
      work.submit(current, true);
    }
  }

  private void watch() {
    if (current.settled()) {
      endTurn();
      return;
    }
    if (current.progressed()) {
      work.checkpoint(current);
      outbox.wantCommit();
    }
    if (current.shareAfter(aloneMicros / current.runs().size())) {
      endTurn();
    }
  }

  private void endTurn() {
    current = null;
    parts.metrics().suspectsChanged(-1);
    parts.recovery().turn().giveBack(this);
  }

  /** The task's requests go to another owner. */
  void close() {
    parts.metrics().suspectsChanged(-line.size() - (current == null ? 0 : 1));
    line.clear();
    current = null;
    parts.recovery().turn().giveBack(this);
  }
}
