package dev.lacuna.runtime.engine;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of a batch: its canvases into the scratch, the forward pass, and what it proposes back
 * onto the canvases.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class BatchStep {

  private final EngineClock clock;
  private StepBatch scratch = new StepBatch(1, 1);
  private volatile long deviceClockMicros; // written by the engine's thread alone

  BatchStep(EngineClock clock) {
    this.clock = clock;
  }

  /**
   * Takes every row one step forward and reports it.
   *
   * @param batchSequence number of the forward pass
   * @return rows whose pass is over
   */
  List<Row> run(EngineModel model, Batch<Row> batch, long batchSequence) {
    Instant startedAt = clock.now();
    long begun = clock.nanos();
    fillScratch(batch);
    long forwardBegun = clock.nanos();
    if (scratch.positions > 0) {
      model.forwardPass().run(scratch);
    }
    long forwardEnded = clock.nanos();
    List<Outcome> outcomes = unmask(batch);
    long ended = clock.nanos();
    long deviceMicros = (forwardEnded - forwardBegun) / 1_000;
    deviceClockMicros = deviceClockMicros + deviceMicros;
    StepFacts step =
        new StepFacts(
            batchSequence,
            ChronoUnit.MICROS.between(Instant.EPOCH, startedAt),
            deviceMicros,
            (ended - begun) / 1_000 - deviceMicros,
            batch.rows(),
            batch.slots(),
            model.forwardPass().device());
    return report(outcomes, step);
  }

  /** Device time of all forward passes so far; any thread may ask. */
  long deviceClockMicros() {
    return deviceClockMicros;
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

  private void fillScratch(Batch<Row> batch) {
    int cells = Math.multiplyExact(batch.rows(), batch.length());
    if (scratch.rowLengths.length < batch.rows() || scratch.tokens.length < cells) {
      int rows = Math.max(scratch.rowLengths.length, batch.rows());
      int most = Math.max(scratch.tokens.length, cells);
      scratch = new StepBatch(rows, (most + rows - 1) / rows);
    }
    scratch.clear(batch.length());
    for (Claim<Row> claim : batch.claims()) {
      claim.run().fill(scratch);
    }
  }

  private List<Outcome> unmask(Batch<Row> batch) {
    List<Outcome> outcomes = new ArrayList<>(batch.claims().size());
    for (Claim<Row> claim : batch.claims()) {
      Row row = claim.run();
      int maskedBefore = row.masked();
      outcomes.add(new Outcome(row, maskedBefore, row.unmask(scratch)));
    }
    return outcomes;
  }

  private List<Row> report(List<Outcome> outcomes, StepFacts step) {
    List<Row> over = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      Row row = outcome.row();
      row.tell(new RunEvent.StepDone(reportOf(outcome, step)));
      if (row.over()) {
        over.add(row);
      }
    }
    return over;
  }

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
        deviceClockMicros,
        step.startedAtMicros(),
        row.progress());
  }
}
