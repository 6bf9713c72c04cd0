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
  private static final Duration EXPIRY_INTERVAL_MIN = Duration.ofSeconds(1);
  private static final Duration EXPIRY_INTERVAL_MAX = Duration.ofMinutes(1);

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
  private final AdaptivePunctuator expiries;
  private final AdaptivePunctuator expiriesRush;
  private final AdaptivePunctuator completedExpiries;
  private final AdaptivePunctuator completedRush;
  private final AdaptivePunctuator deadlines;
  private boolean cancellationsLeft;
  private boolean expiredIdsLeft;
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
    drains = new AdaptivePunctuator(context, settings.drainInterval(), this::drain);
    expiries =
        new AdaptivePunctuator(
            context, expiryInterval(settings.cancelRetention()), this::expireCancellations);
    expiriesRush = new AdaptivePunctuator(context, EXPIRY_INTERVAL_MIN, this::expireCancellations);
    completedExpiries =
        new AdaptivePunctuator(
            context,
            expiryInterval(settings.intake().completedRetention()),
            this::expireCompletedIds);
    completedRush = new AdaptivePunctuator(context, EXPIRY_INTERVAL_MIN, this::expireCompletedIds);
    deadlines = new AdaptivePunctuator(context, DEADLINE_INTERVAL, this::expireWaiting);
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

  private void drain() {
    if (closed || !arming.armed()) {
      return;
    }
    failIfEngineFailed();
    if (parts.stop().ordered()) {
      laidDown = drain.layDown(budget());
    } else {
      // Time of their own: however many records wait for schemas, they hold no answer back.
      undecoded.drain(budget(), this::take);
      drain.run(budget());
    }
    adapt();
  }

  private Budget budget() {
    return Budget.of(parts.clock(), parts.settings().drainMax());
  }

  private void expireCancellations() {
    if (!closed && arming.armed()) {
      cancellationsLeft = cancellations.expire(budget());
      adapt();
    }
  }

  private void expireCompletedIds() {
    if (!closed && arming.armed()) {
      expiredIdsLeft = completed.expire(budget());
      adapt();
    }
  }

  private void expireWaiting() {
    if (!closed && arming.armed()) {
      drain.expireWaiting(budget(), parts.clock().epochMicros());
      adapt();
    }
  }

  private void adapt() {
    outbox.commitSoon();
    boolean idle = work.isIdle() && undecoded.isEmpty();
    drains.adapt(!idle || outbox.wantsCommit());
    expiries.adapt(!cancellations.isEmpty() && !cancellationsLeft);
    expiriesRush.adapt(cancellationsLeft);
    completedExpiries.adapt(!completed.isEmpty() && !expiredIdsLeft);
    completedRush.adapt(expiredIdsLeft);
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

  private static Duration expiryInterval(Duration retention) {
    Duration interval = retention.dividedBy(4);
    if (interval.compareTo(EXPIRY_INTERVAL_MIN) < 0) {
      return EXPIRY_INTERVAL_MIN;
    }
    return interval.compareTo(EXPIRY_INTERVAL_MAX) > 0 ? EXPIRY_INTERVAL_MAX : interval;
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
      expiries.adapt(false);
      expiriesRush.adapt(false);
      completedExpiries.adapt(false);
      completedRush.adapt(false);
      deadlines.adapt(false);
      work.close();
      undecoded.close();
    }
  }
}
