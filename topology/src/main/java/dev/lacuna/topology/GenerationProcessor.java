package dev.lacuna.topology;

import dev.lacuna.topology.deaths.Deaths;
import dev.lacuna.topology.intake.Cancellations;
import dev.lacuna.topology.intake.ControlIntake;
import dev.lacuna.topology.intake.MisplacedRecords;
import dev.lacuna.topology.intake.RequestIntake;
import dev.lacuna.topology.intake.Undecoded;
import dev.lacuna.topology.outbox.CompletedIds;
import dev.lacuna.topology.outbox.Hop;
import dev.lacuna.topology.outbox.Outbox;
import dev.lacuna.topology.pending.Drain;
import dev.lacuna.topology.pending.PendingWork;
import dev.lacuna.topology.pending.Restore;
import dev.lacuna.topology.process.Budget;
import dev.lacuna.topology.process.EngineFailedException;
import dev.lacuna.topology.process.TaskParts;
import dev.lacuna.topology.process.TaskStores;
import dev.lacuna.topology.process.TopologySettings;
import dev.lacuna.topology.store.HeaderEntry;
import dev.lacuna.topology.store.InputRecord;
import dev.lacuna.topology.store.InputRecord.Source;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * From requests and control records to completions, step timings and dead letters.
 *
 * <p>Kafka Streams may initialise one object again after a rebalance: each time a new {@link
 * Incarnation} begins.
 *
 * <p>Threading: owned by the stream thread of its task.
 */
public final class GenerationProcessor implements Processor<byte[], byte[], byte[], byte[]> {

  /** How late a deadline may be noticed of a request that waits for another owner. */
  private static final Duration DEADLINE_INTERVAL = Duration.ofSeconds(1);

  private final TaskParts parts;
  private ProcessorContext<byte[], byte[]> context;
  private Incarnation life;

  /** A processor of one task. */
  public GenerationProcessor(TaskParts parts) {
    this.parts = parts;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    close();
    this.context = context;
    life = new Incarnation(context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("a source record has metadata"));
    boolean control = metadata.topic().equals(parts.settings().topics().control());
    life.process(
        Hop.arrived(
            new InputRecord(
                control ? Source.CONTROL : Source.REQUESTS,
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                HeaderEntry.listOf(record.headers()))));
  }

  @Override
  public void close() {
    if (life != null) {
      life.close();
      life = null;
    }
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

  /**
   * One life of the task: what happens between one {@code init} and the {@code close} that follows.
   * Nothing of it survives, so an event or a punctuation of an earlier life can't reach a later
   * one.
   */
  private final class Incarnation {
    private final long number = ThreadLocalRandom.current().nextLong();
    private final Arming arming;
    private final Outbox outbox;
    private final PendingWork work;
    private final Undecoded undecoded;
    private final Cancellations cancellations;
    private final CompletedIds completed;
    private final Deaths deaths;
    private final MisplacedRecords misplaced;
    private final RequestIntake requests;
    private final ControlIntake controls;
    private final Drain drain;
    private final AdaptivePunctuator drains;
    private final ExpiryPunctuator cancellationExpiry;
    private final ExpiryPunctuator completedExpiry;
    private final ExpiryPunctuator deathsExpiry;
    private final AdaptivePunctuator deadlines;
    private boolean suspended;
    private boolean closed;

    /** Restores what the stores hold; its runs wait until the task has caught up. */
    Incarnation(ProcessorContext<byte[], byte[]> context) {
      failIfEngineFailed(); // restored work could not be submitted
      TopologySettings settings = parts.settings();
      TaskStores stores = TaskStores.of(context);
      int partition = context.taskId().partition();
      completed = new CompletedIds(parts, stores.completed());
      outbox = new Outbox(context, parts, completed);
      arming = new Arming(context.taskId().toString(), parts.arming());
      deaths = new Deaths(parts, stores.deaths());
      work = new PendingWork(parts, partition, stores.pending(), stores.progress(), outbox, deaths);
      undecoded = new Undecoded(parts, stores.undecoded(), outbox);
      cancellations = new Cancellations(parts, stores.cancellations());
      misplaced = new MisplacedRecords(parts, outbox);
      requests =
          new RequestIntake(parts, outbox, work, undecoded, cancellations, completed, deaths);
      controls =
          new ControlIntake(parts, outbox, work, undecoded, cancellations, completed, deaths);
      drain = new Drain(parts, work, outbox);
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
      deathsExpiry =
          new ExpiryPunctuator(
              context, Deaths.RETENTION, () -> deaths.expire(budget()), this::whenArmed);
      deadlines =
          new AdaptivePunctuator(context, DEADLINE_INTERVAL, () -> whenArmed(this::expireWaiting));
      try {
        new Restore(parts, stores.pending(), stores.progress()).into(work);
      } catch (RuntimeException unreadable) {
        close(); // gives back what was already counted
        throw unreadable;
      }
      if (arming.armed()) { // never by the product's rule: with a tick it would be armed in fact
        work.begin();
        adapt();
      } else {
        arming.askForTick(parts.ticks(), partition, number);
      }
    }

    void process(InputRecord record) {
      failIfEngineFailed();
      arming.recordProcessed();
      take(record);
      adapt();
    }

    private void take(InputRecord record) {
      if (record.isTick(number)) {
        caughtUp();
      } else if (!misplaced.takes(record)) {
        if (record.source() == Source.REQUESTS) {
          requests.take(record);
        } else {
          controls.take(record);
        }
      }
    }

    private void takeUndecoded(InputRecord record, boolean pendingBefore) {
      if (record.source() == Source.REQUESTS) {
        requests.takeAgain(record, pendingBefore);
      } else {
        controls.take(record);
      }
    }

    /**
     * Everything that was in the control topic when this life began has been read: the notes of all
     * deaths that were told by then are counted, so that work can begin.
     */
    private void caughtUp() {
      arming.tickRead();
      work.begin();
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
        suspended = drain.suspend(budget());
      } else {
        // Time of their own: however many records wait for schemas, they hold no answer back.
        if (work.hasBegun()) {
          undecoded.drain(budget(), this::takeUndecoded);
        }
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
      deathsExpiry.adapt(!deaths.isEmpty());
      deadlines.adapt(work.waitsWithDeadline());
      parts.stop().owes(this, arming.armed() && !work.isIdle() && !suspended);
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
        deathsExpiry.cancel();
        deadlines.adapt(false);
        work.close();
        outbox.close();
        undecoded.close();
      }
    }
  }
}
