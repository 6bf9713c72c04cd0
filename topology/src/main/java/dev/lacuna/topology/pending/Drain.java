package dev.lacuna.topology.pending;

import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.process.Budget;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.wire.CompletionStatus;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes what the engine did to the topics and stores. Called by a punctuator of an armed task.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class Drain {
  private final TaskParts parts;
  private final PendingWork work;
  private final Outbox outbox;

  /** Drains this work. */
  public Drain(TaskParts parts, PendingWork work, Outbox outbox) {
    this.parts = parts;
    this.work = work;
    this.outbox = outbox;
  }

  /** Does what the budget allows; the rest is left to the next call. */
  public void run(Budget budget) {
    long nowMicros = parts.clock().epochMicros();
    // First what the last drain left over, so that a flood of events can't hold answers back.
    answerSettled(budget, nowMicros);
    applyArrivals(budget);
    answerSettled(budget, nowMicros);
    answerUnresumable(budget, nowMicros);
    expire(nowMicros);
    expireWaiting(budget, nowMicros);
    checkpoint(budget);
  }

  /**
   * Before a clean stop: stops all runs at their next step boundary, and publishes and stores what
   * they did once they have stopped. Nothing else is begun. True if nothing is left to do.
   */
  public boolean suspend(Budget budget) {
    long nowMicros = parts.clock().epochMicros();
    work.suspend();
    applyArrivals(budget);
    answerSettled(budget, nowMicros);
    for (PendingRequest request : work.requests()) {
      if (budget.spent()) {
        return false;
      }
      if (request.owesProgress()) {
        work.checkpoint(request);
      }
    }
    return work.requests().stream()
        .noneMatch(request -> request.open() || request.settled().isPresent());
  }

  private void applyArrivals(Budget budget) {
    while (!budget.spent() && work.applyNext()) {
      // until nothing waits
    }
  }

  private void answerSettled(Budget budget, long nowMicros) {
    while (work.hasSettled() && !budget.spent()) {
      work.answerNext(nowMicros);
    }
  }

  private void answerUnresumable(Budget budget, long nowMicros) {
    for (Unresumable request : work.unresumable().ending()) {
      if (budget.spent()) {
        return;
      }
      work.answer(request, nowMicros);
    }
  }

  /**
   * Passed deadlines end a request at its next step boundary, or now if it has not been handed
   * over; its answer comes by a later drain.
   */
  private void expire(long nowMicros) {
    for (PendingRequest request : work.requests()) {
      if (request.deadlinePassed(nowMicros) && !request.ending()) {
        work.end(request, Ending.EXPIRED);
      }
    }
  }

  /**
   * Answers requests whose deadline passed while they waited for an owner that can go on with them.
   */
  public void expireWaiting(Budget budget, long nowMicros) {
    for (Unresumable request : work.unresumable().waiting()) {
      if (budget.spent()) {
        return;
      }
      if (nowMicros >= request.entry().deadlineMicros()) {
        work.answer(request.endingAs(CompletionStatus.EXPIRED), nowMicros);
      }
    }
  }

  /**
   * Stores requests some of whose steps lie further back on the device's clock than a crash may
   * cost; those that lie back furthest come first, so that a budget that is too small for all
   * leaves none out for ever. One that runs alone is stored after every step, and committed soon:
   * whoever dies after that has got on, and is not to blame for the deaths before.
   */
  private void checkpoint(Budget budget) {
    long mayCostMicros =
        TimeUnit.NANOSECONDS.toMicros(parts.settings().durability().checkpointDevice().toNanos());
    long dueMicros = parts.engine().deviceClockMicros() - mayCostMicros;
    List<PendingRequest> due =
        work.requests().stream()
            .filter(request -> request.settled().isEmpty() && request.progressed())
            .filter(request -> request.solo() || sinceMicros(request) <= dueMicros)
            .sorted(Comparator.comparingLong(Drain::sinceMicros))
            .toList();
    for (PendingRequest request : due) {
      if (budget.spent()) {
        return;
      }
      if (request.solo()) {
        outbox.wantCommit();
      }
      work.checkpoint(request);
    }
  }

  private static long sinceMicros(PendingRequest request) {
    return request.unstoredSinceMicros().orElse(Long.MAX_VALUE);
  }
}
