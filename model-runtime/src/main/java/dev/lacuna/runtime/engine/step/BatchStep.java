package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.OutOfDeviceMemory;
import dev.lacuna.runtime.engine.schedule.Batch;
import dev.lacuna.runtime.flight.FlightLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One step of a model's batches, whatever its forward pass does. Out of memory, the batch is done
 * in parts, and later ones stay as small. Anything else that it throws is tried again run by run;
 * only a run that fails twice alone, with the device found working after each, is given up. If the
 * device does not work any more no run is: the exception goes on to the caller, who stops.
 *
 * <p>Who is in a forward pass stands in the flight log until it is over and the device is known to
 * work. An {@link Error}, or a lost device, leaves the note: the process is about to end.
 *
 * <p>Threading: owned by the engine's thread.
 */
public final class BatchStep {

  private static final Logger LOG = LoggerFactory.getLogger(BatchStep.class);

  /** A fault that was the device's, and passed, is not likely to meet a run so often. */
  private static final int FAILURES_ALONE = 2;

  private final EngineModel model;
  private final ForwardStep step;
  private final KnownGood knownGood;
  private final CellLimit limit = new CellLimit();
  private long outOfMemory;
  private EndedRuns ended = EndedRuns.none();

  /**
   * The steps of one model.
   *
   * @param meter counts what the forward passes take
   * @param flight gets the runs of each forward pass while it goes on
   */
  public BatchStep(EngineModel model, EngineClock clock, DeviceMeter meter, FlightLog flight) {
    this.model = model;
    this.step = new ForwardStep(clock, meter, flight);
    this.knownGood = new KnownGood(model);
  }

  /**
   * Takes every run one step forward and reports it.
   *
   * @return runs whose pass is over, and runs that failed
   * @throws RuntimeException of the forward pass, if the device is lost
   */
  public EndedRuns run(Batch<Row> batch) {
    ended = EndedRuns.none();
    StepPart whole = StepPart.of(batch);
    int done = 0;
    while (done < whole.runs().size()) {
      StepPart part = whole.from(done, limit.cells());
      RuntimeException failure = attempt(part);
      if (failure != null) {
        survive(failure);
      }
      if (failure instanceof OutOfDeviceMemory && part.runs().size() > 1) {
        lower(part, failure);
        continue; // with fewer of them
      }
      if (failure != null) {
        again(part, failure);
      }
      done += part.runs().size();
    }
    return ended;
  }

  /** Most rows × length of a forward pass, {@link CellLimit#NONE} if memory never ran out. */
  public int cellsMax() {
    return limit.cells();
  }

  /** How often a batch was too much for the device's memory. */
  public long outOfMemory() {
    return outOfMemory;
  }

  /** Takes the runs one step forward; if the forward pass throws, nothing has happened to them. */
  private RuntimeException attempt(StepPart part) {
    step.fill(part);
    step.takeOff(part);
    try {
      step.forward(model);
    } catch (RuntimeException failure) {
      return failure;
    }
    step.landed();
    step.take(model, part, ended);
    if (step.needsPass() && limit.wentWell(step.cells())) {
      LOG.info("forward passes may be larger again {} cells={}", name(), limit.cells());
    }
    return null;
  }

  /** Returns if the device still works; then the forward pass that failed is over. */
  private void survive(RuntimeException failure) {
    knownGood.check(failure);
    step.landed();
  }

  private void lower(StepPart part, RuntimeException failure) {
    outOfMemory++;
    limit.tooMany(step.cells());
    LOG.warn(
        "the device ran out of memory, batches are smaller from now on {}"
            + " rows={} length={} cells={} reason={}",
        name(),
        part.rows(),
        part.length(),
        limit.cells(),
        failure.getMessage());
  }

  private void again(StepPart part, RuntimeException failure) {
    LOG.warn(
        "a forward pass failed, each of its runs is tried alone {} runs={} reason={}",
        name(),
        part.runs().size(),
        failure.toString());
    int failedAlone = part.runs().size() == 1 ? 1 : 0;
    for (Row row : part.runs()) {
      alone(part.alone(row), row, failedAlone);
    }
  }

  private void alone(StepPart alone, Row row, int failedBefore) {
    for (int failed = failedBefore; failed < FAILURES_ALONE; failed++) {
      RuntimeException failure = attempt(alone);
      if (failure == null) {
        return;
      }
      survive(failure);
      if (failed + 1 == FAILURES_ALONE) {
        giveUp(row, failure);
      }
    }
  }

  /**
   * Gives a run up, unless canvases of its size have had enough memory before: then somebody else
   * has taken it, and no run is to blame.
   */
  private void giveUp(Row row, RuntimeException failure) {
    if (failure instanceof OutOfDeviceMemory && limit.hasFitted(step.cells())) {
      throw failure;
    }
    LOG.warn("a run failed alone {} length={}", name(), row.length(), failure); // with its trace
    ended.fail(row, RunFailures.of(row, failure));
  }

  private String name() {
    return "model=" + model.facts().name();
  }
}
