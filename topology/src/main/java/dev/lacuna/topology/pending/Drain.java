package dev.lacuna.topology.pending;

import dev.lacuna.topology.TaskParts;
import dev.lacuna.topology.pending.Incarnation.Arrival;
import dev.lacuna.topology.pending.PendingWork.Stranded;
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
  /**
   * Device time that a request may run before it is stored that it was begun. About what a commit
   * waits for: a shorter one is answered by the transaction that would have told of its begin.
   */
  private static final long UNMARKED_MICROS = TimeUnit.MILLISECONDS.toMicros(500);

  private final TaskParts parts;
  private final PendingWork work;
  private final StepTimings timings;

  /** Drains this work. */
  public Drain(TaskParts parts, PendingWork work) {
    this.parts = parts;
    this.work = work;
    this.timings = new StepTimings(parts.settings().workerId());
  }

  /** Does what the budget allows; the rest is left to the next call. */
  public void run(Budget budget) {
    long nowMicros = parts.clock().epochMicros();
    // First what the last drain left over, so that a flood of events can't hold answers back.
    answerSettled(budget, nowMicros);
    applyArrivals(budget);
    answerSettled(budget, nowMicros);
    work.advance();
    answerStranded(budget, nowMicros);
    expire(nowMicros);
    expireWaiting(budget, nowMicros);
    checkpoint(budget);
  }

  /**
   * Before a clean stop: stops all runs at their next step boundary, and publishes and stores what
   * they did once they have stopped. Nothing else is begun. True if nothing is left to do.
   */
  public boolean layDown(Budget budget) {
    long nowMicros = parts.clock().epochMicros();
    work.layDown();
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
    return work.settled().isEmpty() && work.requests().stream().noneMatch(PendingRequest::open);
  }

  private void applyArrivals(Budget budget) {
    Arrival arrival;
    while (!budget.spent() && (arrival = work.incarnation().poll()) != null) {
      PendingRequest request = arrival.run().request();
      boolean wasOpen = arrival.run().open();
      request.apply(arrival.run(), arrival.event(), timings);
      if (wasOpen && request.settled()) {
        work.settled().add(request);
      }
    }
  }

  private void answerSettled(Budget budget, long nowMicros) {
    while (!work.settled().isEmpty() && !budget.spent()) {
      work.answer(work.settled().poll(), nowMicros);
    }
  }

  private void answerStranded(Budget budget, long nowMicros) {
    for (Stranded request : List.copyOf(work.stranded())) {
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
      if (request.deadlinePassed(nowMicros) && !request.settled()) {
        work.end(request, CompletionStatus.EXPIRED);
      }
    }
  }

  /**
   * Answers requests whose deadline passed while they waited for an owner that can go on with them.
   */
  public void expireWaiting(Budget budget, long nowMicros) {
    for (Stranded request : List.copyOf(work.waiting())) {
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
   * leaves none out for ever. Those of which it is not stored that they were begun are due sooner.
   */
  private void checkpoint(Budget budget) {
    long mayCostMicros =
        TimeUnit.NANOSECONDS.toMicros(parts.settings().durability().checkpointDevice().toNanos());
    long nowMicros = parts.engine().deviceClockMicros();
    long dueMicros = nowMicros - mayCostMicros;
    long unmarkedMicros = nowMicros - Math.min(mayCostMicros, UNMARKED_MICROS);
    List<PendingRequest> due =
        work.requests().stream()
            .filter(request -> !request.settled())
            .filter(
                request ->
                    sinceMicros(request) <= (request.begin().marked() ? dueMicros : unmarkedMicros))
            .sorted(Comparator.comparingLong(Drain::sinceMicros))
            .toList();
    for (PendingRequest request : due) {
      if (budget.spent()) {
        return;
      }
      work.checkpoint(request);
    }
  }

  private static long sinceMicros(PendingRequest request) {
    return request.unstoredSinceMicros().orElse(Long.MAX_VALUE);
  }
}
