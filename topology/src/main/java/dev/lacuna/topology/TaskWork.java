package dev.lacuna.topology;

import dev.lacuna.topology.intake.Cancellations;
import dev.lacuna.topology.intake.ControlIntake;
import dev.lacuna.topology.intake.RequestIntake;
import dev.lacuna.topology.intake.Undecoded;
import dev.lacuna.topology.outbox.CompletedIds;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.pending.Budget;
import dev.lacuna.topology.pending.Drain;
import dev.lacuna.topology.pending.PendingWork;
import dev.lacuna.topology.pending.Restore;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.InputRecord.Source;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * One incarnation of a task: what {@link GenerationProcessor} does between one {@code init} and the
 * {@code close} that follows. Nothing of it survives, so an event or a punctuation of an earlier
 * incarnation can't reach a later one.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
final class TaskWork {

  /** How late a deadline may be noticed of a request that waits for another owner. */
  private static final Duration DEADLINE_INTERVAL = Duration.ofSeconds(1);

  private final TaskParts parts;
  private final Arming arming;
  private final Outbox outbox;
  private final PendingWork work;
  private final Undecoded undecoded;
  private final Cancellations cancellations;
  private final CompletedIds completed;
  private final RequestIntake requests;
  private final ControlIntake controls;
  private final Drain drain;
  private final AdaptivePunctuator drains;
  private final ExpiryPunctuator cancellationExpiry;
  private final ExpiryPunctuator completedExpiry;
  private final AdaptivePunctuator deadlines;
  private boolean laidDown;
  private boolean closed;

  /** Restores what the stores hold; its runs and its output wait until the task is armed. */
  TaskWork(ProcessorContext<byte[], byte[]> context, TaskParts parts) {
    this.parts = parts;
    failIfEngineFailed(); // restored work could not be submitted
    TopologySettings settings = parts.settings();
    TaskStores stores = TaskStores.of(context);
    completed = new CompletedIds(parts, stores.completed());
    outbox = new Outbox(context, parts, completed);
    arming = new Arming(context.taskId().toString(), parts.arming());
    work = new PendingWork(parts, stores.pending(), stores.progress(), outbox);
    undecoded = new Undecoded(parts, stores.undecoded(), outbox);
    cancellations = new Cancellations(parts, stores.cancellations());
    requests = new RequestIntake(parts, outbox, work, undecoded, cancellations, completed);
    controls = new ControlIntake(parts, outbox, work, undecoded, cancellations, completed);
    drain = new Drain(parts, work);
    drains =
        new AdaptivePunctuator(context, settings.drainInterval(), () -> whenArmed(this::drain));
    cancellationExpiry =
        new ExpiryPunctuator(
            context,
            settings.cancelRetention(),
            () -> cancellations.expire(budget()),
            this::whenArmed);
    completedExpiry =
        new ExpiryPunctuator(
            context,
            settings.intake().completedRetention(),
            () -> completed.expire(budget()),
            this::whenArmed);
    deadlines =
        new AdaptivePunctuator(context, DEADLINE_INTERVAL, () -> whenArmed(this::expireWaiting));
    try {
      new Restore(parts, stores.pending(), stores.progress()).into(work);
    } catch (RuntimeException unreadable) {
      close(); // gives back what was already counted and cancels what was already submitted
      throw unreadable;
    }
    // Restored cancellations and remembered ids have to expire, though no record may ever come.
    boolean nothing =
        work.isEmpty() && undecoded.isEmpty() && cancellations.isEmpty() && completed.isEmpty();
    if (!nothing && !arming.armed()) {
      arming.askForTick(parts.ticks(), context.taskId().partition());
    }
    if (arming.armed()) {
      adapt();
    }
  }

  void process(InputRecord record) {
    failIfEngineFailed();
    arming.recordProcessed();
    take(record);
    work.advance();
    adapt();
  }

  private void take(InputRecord record) {
    if (record.source() == Source.REQUESTS) {
      requests.take(record);
    } else {
      controls.take(record);
    }
  }

  /** What punctuators do; unarmed, a task writes nothing. */
  private void whenArmed(Runnable action) {
    if (!closed && arming.armed()) {
      action.run();
      adapt();
    }
  }

  private void drain() {
    failIfEngineFailed();
    if (parts.stop().ordered()) {
      laidDown = drain.layDown(budget());
    } else {
      // Time of their own: however many records wait for schemas, they hold no answer back.
      undecoded.drain(budget(), this::take);
      drain.run(budget());
    }
  }

  private Budget budget() {
    return Budget.of(parts.clock(), parts.settings().drainMax());
  }

  private void expireWaiting() {
    drain.expireWaiting(budget(), parts.clock().epochMicros());
  }

  private void adapt() {
    outbox.commitSoon();
    boolean idle = work.isIdle() && undecoded.isEmpty();
    drains.adapt(!idle || outbox.wantsCommit());
    cancellationExpiry.adapt(!cancellations.isEmpty());
    completedExpiry.adapt(!completed.isEmpty());
    deadlines.adapt(work.waitsWithDeadline());
    parts.stop().owes(this, arming.armed() && !work.isIdle() && !laidDown);
  }

  private void failIfEngineFailed() {
    parts
        .engine()
        .failure()
        .ifPresent(
            failure -> {
              throw new EngineFailedException(failure);
            });
  }

  /** Leaves everything to the next owner; may be called again. */
  void close() {
    if (!closed) {
      closed = true;
      arming.close();
      parts.stop().owes(this, false);
      // Kafka Streams keeps the punctuators of a task that it initialises again; an old one would
      // find nothing, commit all the same, and hold on to this object.
      drains.adapt(false);
      cancellationExpiry.cancel();
      completedExpiry.cancel();
      deadlines.adapt(false);
      work.close();
      undecoded.close();
    }
  }
}
