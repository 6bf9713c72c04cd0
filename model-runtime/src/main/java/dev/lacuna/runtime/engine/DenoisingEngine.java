package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.engine.schedule.BatchPolicy;
import dev.lacuna.runtime.engine.schedule.RunCost;
import dev.lacuna.runtime.engine.step.BatchStep;
import dev.lacuna.runtime.engine.step.Row;
import dev.lacuna.runtime.flight.FlightLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous batching on one device: rows share a forward pass whatever their step, settings or
 * request; which of them do is decided anew before every step, by a {@link BatchPolicy}.
 *
 * <p>Threading: owns one thread, which alone touches rows, batches and forward passes and on which
 * every observer is called. Any thread may call {@link #submit}, {@link RunHandle#cancel}, {@link
 * RunHandle#share}, {@link #failure}, {@link #estimate} and {@link #snapshot}; any thread but the
 * engine's own may call {@link #close}.
 *
 * <p>A run whose results can't be used, or for which alone the forward pass throws, ends with
 * {@link RunEvent.Failed}; see {@link BatchStep}. A lost device stops the engine for good, and so
 * does an observer that throws, since nobody would ever hear of its run again: the exception is
 * kept as {@link #failure}, and no run gets a further event.
 */
public final class DenoisingEngine implements GenerationEngine, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DenoisingEngine.class);

  /** What other threads ask of the engine's thread, in order. */
  private sealed interface Command {
    record Submit(Row row) implements Command {}

    record Cancel(Row row) implements Command {}

    record Share(Row row) implements Command {}

    /** Wakes an idle engine, so that it sees that it was closed. */
    record Wake() implements Command {}
  }

  private final List<EngineModel> models;
  private final Map<String, EngineModel> byName = new HashMap<>();
  private final BatchScheduler scheduler;
  private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
  private final AtomicLong arrivals = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean closing;
  private volatile EngineSnapshot snapshot;

  /** Starts an engine on the machine's clocks, without a flight log. */
  public DenoisingEngine(List<EngineModel> models, EngineOptions options) {
    this(models, options, EngineClock.SYSTEM);
  }

  /** Starts an engine without a flight log. */
  public DenoisingEngine(List<EngineModel> models, EngineOptions options, EngineClock clock) {
    this(models, options, clock, FlightLog.NONE);
  }

  /**
   * Starts an engine.
   *
   * @param models at least one; their forward passes are run and closed by the engine's thread
   * @param flight gets the runs of each forward pass while it goes on; stays open longer than the
   *     engine. An engine that is closed leaves nothing in it, one that failed may
   * @throws IllegalArgumentException if there is no model or two have the same name
   */
  public DenoisingEngine(
      List<EngineModel> models, EngineOptions options, EngineClock clock, FlightLog flight) {
    if (models.isEmpty()) {
      throw new IllegalArgumentException("an engine needs at least one model");
    }
    this.models = List.copyOf(models);
    for (EngineModel model : models) {
      if (byName.put(model.facts().name(), model) != null) {
        throw new IllegalArgumentException("two models named '" + model.facts().name() + "'");
      }
    }
    this.scheduler = new BatchScheduler(this.models, options, clock, flight);
    this.snapshot = scheduler.snapshot();
    this.thread = new Thread(this::run, "lacuna-engine");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the engine has failed, with its failure as the cause, or was
   *     closed
   * @throws IllegalArgumentException if the run does not fit the model; planning has ruled it out
   */
  @Override
  public RunHandle submit(RunSpec spec, Consumer<RunEvent> observer) {
    EngineModel model = byName.get(spec.model());
    if (model == null) {
      throw unknown(spec.model());
    }
    Row row = new Row(spec, model.facts(), observer, arrivals.incrementAndGet());
    checkRunning();
    commands.add(new Command.Submit(row));
    checkRunning(); // else a failure between the two lines would swallow the run
    return new Handle(row, commands);
  }

  private record Handle(Row row, BlockingQueue<Command> commands) implements RunHandle {
    @Override
    public void cancel() {
      commands.add(new Command.Cancel(row));
    }

    @Override
    public void share() {
      commands.add(new Command.Share(row));
    }
  }

  private void checkRunning() {
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("the engine has stopped: " + cause, cause);
    }
    if (closing) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model is not known here
   */
  @Override
  public Optional<Estimate> estimate(RunSpec spec) {
    EngineModel model = byName.get(spec.model());
    if (model == null) {
      throw unknown(spec.model());
    }
    if (model.cost() == StepCost.UNMEASURED) {
      return Optional.empty();
    }
    double alone = RunCost.aloneMicros(spec, model.facts(), model.cost());
    return Optional.of(new Estimate(Math.round(alone), snapshot.backlogMicros()));
  }

  private IllegalArgumentException unknown(String model) {
    return new IllegalArgumentException(
        "no model '" + model + "' here; there are " + byName.keySet());
  }

  @Override
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  @Override
  public long deviceClockMicros() {
    return scheduler.deviceClockMicros();
  }

  @Override
  public long forwardPasses() {
    return snapshot.forwardPasses();
  }

  /** What the engine was doing at its last step boundary. */
  public EngineSnapshot snapshot() {
    return snapshot;
  }

  /**
   * Stops at the next step boundary and closes the forward passes. Runs that are not over get no
   * further event: whoever submitted them holds their last progress.
   */
  @Override
  public void close() {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("an observer can't close the engine that calls it");
    }
    closing = true;
    commands.add(new Command.Wake());
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closing) {
        if (obey()) {
          snapshot = scheduler.snapshot();
        }
        scheduler.step();
        snapshot = scheduler.snapshot();
        LOG.trace(
            "stepped forwardPasses={} deviceClockMicros={}",
            snapshot.forwardPasses(),
            scheduler.deviceClockMicros());
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      LOG.error("the engine has stopped, no run takes a further step", e);
    } finally {
      scheduler.over();
      closeForwardPasses();
    }
  }

  /** Carries out all commands, if any; waits for one if there is nothing else to do. */
  private boolean obey() throws InterruptedException {
    Command command = scheduler.hasWork() ? commands.poll() : commands.take();
    boolean any = command != null;
    while (command != null) {
      if (command instanceof Command.Submit submit) {
        scheduler.submit(submit.row());
      } else if (command instanceof Command.Cancel cancel) {
        scheduler.cancel(cancel.row());
      } else if (command instanceof Command.Share share) {
        scheduler.share(share.row());
      }
      command = commands.poll();
    }
    return any;
  }

  private void closeForwardPasses() {
    for (EngineModel model : models) {
      try {
        model.forwardPass().close();
      } catch (RuntimeException e) {
        if (!failure.compareAndSet(null, e)) {
          failure.get().addSuppressed(e);
        }
      }
    }
  }
}
