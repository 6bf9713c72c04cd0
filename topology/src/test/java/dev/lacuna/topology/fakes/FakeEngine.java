package dev.lacuna.topology.fakes;

import dev.lacuna.runtime.check.Refusal;
import dev.lacuna.runtime.engine.api.GenerationEngine;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.flight.FlightLog;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.text.DocumentPlan.Pass;
import dev.lacuna.runtime.text.RunProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An engine whose steps tests take by hand. Like the real one, its tokens depend on seed, sample
 * and position alone, so that a run continued elsewhere ends in the same text.
 */
public final class FakeEngine implements GenerationEngine {
  /** Time of one step, unless a test sets another. */
  public static final long DEVICE_MICROS = 1000;

  /** Time of the steps that follow. */
  public long deviceMicros = DEVICE_MICROS;

  /** Whether the process dies of the step of a run, given by its number in all of the run. */
  public BiPredicate<RunSpec, Integer> deadly = (spec, step) -> false;

  private final FakeClock clock;
  private final FlightLog flightLog;
  private final List<Run> open = new ArrayList<>();
  private final List<RunSpec> submitted = new ArrayList<>();
  private Throwable failure;
  private Estimate estimate;
  private long batches;
  private long rowSteps;
  private long steppedMicros;

  /** An idle engine. */
  public FakeEngine(FakeClock clock, FlightLog flightLog) {
    this.clock = clock;
    this.flightLog = flightLog;
  }

  /** The process is gone: what was not committed is lost. */
  public static final class ProcessDied extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final class Run implements RunHandle {
    private final RunSpec spec;
    private final Consumer<RunEvent> observer;
    private RunProgress progress;
    private boolean cancelled;
    private boolean alone;

    Run(RunSpec spec, Consumer<RunEvent> observer) {
      this.spec = spec;
      this.observer = observer;
      this.progress = spec.from();
      this.alone = spec.alone();
    }

    /** The progress, in the next pass if no mask of this one is left. */
    RunProgress passAtHand() {
      Pass pass = spec.plan().pass(progress.pass());
      if (progress.masked(pass.firstMask(), pass.firstMask() + pass.masks()) > 0) {
        return progress;
      }
      return new RunProgress(
          progress.pass() + 1,
          0,
          progress.stepsTotal(),
          progress.maskTokens(),
          progress.confidences());
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void share() {
      alone = false;
    }
  }

  @Override
  public RunHandle submit(RunSpec spec, Consumer<RunEvent> observer) {
    Run run = new Run(spec, observer);
    submitted.add(spec);
    if (spec.from().masked() == 0) {
      observer.accept(new RunEvent.Finished(spec.from()));
    } else {
      open.add(run);
    }
    return run;
  }

  @Override
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** The device is never idle: time that passes between steps goes to runs of others. */
  @Override
  public long deviceClockMicros() {
    return clock.epochMicros() - FakeClock.START_MICROS + steppedMicros;
  }

  @Override
  public long forwardPasses() {
    return batches;
  }

  @Override
  public Optional<Estimate> estimate(RunSpec spec) {
    return Optional.ofNullable(estimate);
  }

  /** What any run is said to cost from now on; none until this is called. */
  public void estimates(Estimate estimate) {
    this.estimate = estimate;
  }

  /** Stops for good. */
  public void fail(Throwable failure) {
    this.failure = failure;
  }

  /** Ends some of the open runs as ones that can't go on; the engine goes on. */
  public void failRuns(Predicate<RunSpec> which, Refusal refusal) {
    for (Run run : List.copyOf(open)) {
      if (which.test(run.spec)) {
        open.remove(run);
        run.observer.accept(new RunEvent.Failed(refusal));
      }
    }
  }

  /** All that was ever submitted. */
  public List<RunSpec> submitted() {
    return List.copyOf(submitted);
  }

  /** Runs that have not ended. */
  public int open() {
    return open.size();
  }

  /** Open runs that were told to end. */
  public long cancelled() {
    return open.stream().filter(run -> run.cancelled).count();
  }

  /** Open runs that are alone and were not let into company. */
  public long alone() {
    return open.stream().filter(run -> run.alone).count();
  }

  /** One step of every open run, or of the first that is alone; ends the cancelled ones instead. */
  public void step() {
    step(spec -> true);
  }

  /** One step of some of the open runs. */
  public void step(Predicate<RunSpec> which) {
    batches++;
    for (Run run : List.copyOf(open)) {
      if (run.cancelled && which.test(run.spec)) {
        open.remove(run);
        run.observer.accept(new RunEvent.Cancelled(run.progress.stepsDone()));
      }
    }
    List<Run> batch = batch(which);
    batch.forEach(
        run ->
            flightLog.aboard(run.spec.passenger(), run.spec.sample(), run.progress.stepsTotal()));
    flightLog.takeOff();
    if (batch.stream().anyMatch(run -> deadly.test(run.spec, run.progress.stepsTotal() + 1))) {
      throw new ProcessDied();
    }
    flightLog.landed();
    steppedMicros += batch.isEmpty() ? 0 : deviceMicros;
    for (Run run : batch) {
      step(run, batch.size());
    }
  }

  /** The first run that is alone, if there is one; otherwise all. */
  private List<Run> batch(Predicate<RunSpec> which) {
    Optional<Run> alone = open.stream().filter(run -> run.alone).findFirst();
    return open.stream()
        .filter(run -> !run.cancelled && which.test(run.spec))
        .filter(run -> alone.isEmpty() || alone.get() == run)
        .toList();
  }

  /** Steps until no run is open. */
  public void finish() {
    while (!open.isEmpty()) {
      step();
    }
  }

  /** Steps of single runs so far. */
  public long rowSteps() {
    return rowSteps;
  }

  private void step(Run run, int rows) {
    rowSteps++;
    RunProgress before = run.passAtHand();
    int[] tokens = before.maskTokens().clone();
    float[] confidences = before.confidences().clone();
    Pass pass = run.spec.plan().pass(before.pass());
    int end = pass.firstMask() + pass.masks();
    int step = before.stepsDone() + 1;
    int steps = run.spec.settings().steps();
    int left = before.masked(pass.firstMask(), end);
    int unmask = step >= steps ? left : Math.min(left, (pass.masks() + steps - 1) / steps);
    for (int i = pass.firstMask(); i < end && unmask > 0; i++) {
      if (tokens[i] == RunProgress.MASKED) {
        tokens[i] = token(run.spec, i);
        confidences[i] = 0.5f + 0.4f * ((tokens[i] * 7 + draw(run.spec, i)) % 10) / 10f;
        unmask--;
      }
    }
    run.progress =
        new RunProgress(before.pass(), step, before.stepsTotal() + 1, tokens, confidences);
    run.observer.accept(new RunEvent.StepDone(report(run, rows, left)));
    if (run.progress.masked() == 0) {
      open.remove(run);
      run.observer.accept(new RunEvent.Finished(run.progress));
    }
  }

  private static int token(RunSpec spec, int index) {
    return 'a' + draw(spec, index) % 26;
  }

  private static int draw(RunSpec spec, int index) {
    return (int) (1000 * spec.random().uniform(1, 1, index, CounterRandom.TOKEN_STREAM));
  }

  private StepReport report(Run run, int rows, int maskedBefore) {
    Pass pass = run.spec.plan().pass(run.progress.pass());
    return new StepReport(
        run.progress.pass(),
        run.progress.stepsDone(),
        run.spec.settings().steps(),
        pass.length(),
        rows,
        8,
        batches,
        deviceMicros,
        100,
        deviceMicros / rows,
        maskedBefore,
        run.progress.masked(pass.firstMask(), pass.firstMask() + pass.masks()),
        0.5f,
        "fake",
        deviceClockMicros(),
        clock.epochMicros(),
        run.progress);
  }
}
