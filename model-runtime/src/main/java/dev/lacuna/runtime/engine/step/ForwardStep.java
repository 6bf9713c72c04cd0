package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.engine.api.EngineClock;
import dev.lacuna.runtime.engine.api.EngineModel;
import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.runtime.flight.FlightLog;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One forward pass over some runs: their canvases into the scratch, the pass, and what it proposes
 * back onto the canvases. The pass may throw: until {@link #take} nothing has happened to a run, so
 * that another attempt at its step is like the first.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class ForwardStep {

  private final EngineClock clock;
  private final DeviceMeter meter;
  private final FlightLog flight;
  private StepBatch scratch = new StepBatch(1, 1);
  private Instant startedAt = Instant.EPOCH;
  private long begunNanos;
  private long deviceNanos;

  ForwardStep(EngineClock clock, DeviceMeter meter, FlightLog flight) {
    this.clock = clock;
    this.meter = meter;
    this.flight = flight;
  }

  /** Writes the runs' canvases, in the place of what was there. */
  void fill(StepPart part) {
    startedAt = clock.now();
    begunNanos = clock.nanos();
    if (scratch.rowLengths.length < part.rows() || scratch.tokens.length < part.cells()) {
      int rows = Math.max(scratch.rowLengths.length, part.rows());
      int most = Math.max(scratch.tokens.length, part.cells());
      scratch = new StepBatch(rows, (most + rows - 1) / rows);
    }
    scratch.clear(part.length());
    for (Row row : part.runs()) {
      row.fill(scratch);
    }
  }

  /** Whether what was filled in needs the forward pass. */
  boolean needsPass() {
    return scratch.positions > 0;
  }

  /** Rows × length of what was filled in. */
  int cells() {
    return scratch.rows * scratch.length;
  }

  /**
   * Notes who is in the forward pass that begins, if one is needed. A run all of whose tokens are
   * given has no row of it, so it can neither be harmed nor be to blame.
   */
  void takeOff(StepPart part) {
    if (needsPass()) {
      for (Row row : part.runs()) {
        if (row.forwardRows() > 0) {
          RunSpec spec = row.spec();
          flight.aboard(spec.passenger(), spec.sample(), row.progress().stepsTotal());
        }
      }
      flight.takeOff();
    }
  }

  /** Takes the note back: what follows is no danger to those who were in the forward pass. */
  void landed() {
    if (needsPass()) {
      flight.landed();
    }
  }

  /** Runs the forward pass on what was filled in; throws what it throws. */
  void forward(EngineModel model) {
    long forwardBegun = clock.nanos();
    if (needsPass()) {
      model.forwardPass().run(scratch);
    }
    deviceNanos = clock.nanos() - forwardBegun;
  }

  /**
   * Takes the runs one step forward and reports it; those whose results can't be used stay where
   * they are.
   *
   * @param ended gets the runs that have no step left in their pass, or failed
   */
  void take(EngineModel model, StepPart part, EndedRuns ended) {
    List<Outcome> outcomes = new ArrayList<>(part.runs().size());
    for (Row row : part.runs()) {
      Optional<String> fault = row.fault(scratch);
      if (fault.isPresent()) {
        ended.fail(row, RunFailures.numeric(row, fault.get()));
      } else {
        int maskedBefore = row.masked();
        outcomes.add(new Outcome(row, maskedBefore, row.unmask(scratch)));
      }
    }
    long deviceMicros = deviceNanos / 1_000;
    meter.count(deviceMicros);
    StepFacts step =
        new StepFacts(
            meter.passes(),
            ChronoUnit.MICROS.between(Instant.EPOCH, startedAt),
            deviceMicros,
            (clock.nanos() - begunNanos) / 1_000 - deviceMicros,
            part.rows(),
            part.slots(),
            model.forwardPass().device());
    for (Outcome outcome : outcomes) {
      outcome.row().tell(new RunEvent.StepDone(reportOf(outcome, step)));
      if (outcome.row().over()) {
        ended.over().add(outcome.row());
      }
    }
  }

  /** What all rows of a step have in common. */
  private record StepFacts(
      long batchSequence,
      long startedAtMicros,
      long deviceMicros,
      long hostMicros,
      int slotsTaken,
      int slots,
      String device) {}

  /** What a step did to one row. */
  private record Outcome(Row row, int maskedBefore, float meanConfidence) {}

  private StepReport reportOf(Outcome outcome, StepFacts step) {
    Row row = outcome.row();
    return new StepReport(
        row.progress().pass(),
        row.progress().stepsDone(),
        row.steps(),
        row.length(),
        step.slotsTaken(),
        step.slots(),
        step.batchSequence(),
        step.deviceMicros(),
        step.hostMicros(),
        scratch.rows == 0 ? 0 : step.deviceMicros() * row.forwardRows() / scratch.rows,
        outcome.maskedBefore(),
        row.masked(),
        outcome.meanConfidence(),
        step.device(),
        meter.deviceMicros(),
        step.startedAtMicros(),
        row.progress());
  }
}
