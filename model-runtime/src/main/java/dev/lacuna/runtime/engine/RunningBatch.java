package dev.lacuna.runtime.engine;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of one bucket of one model, and those that wait for a slot in it.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class RunningBatch {

  private final EngineModel model;
  private final int length;
  private final int slots;
  private final StepBatch scratch;
  private final EngineClock clock;
  private final WaitingQueue waiting;
  private final List<Row> rows = new ArrayList<>();
  private long lastServed;

  /**
   * An empty batch.
   *
   * @param length padded length of every row in tokens
   * @param scratch shared by all batches of the engine, of at least max(2, slots) × length tokens
   */
  RunningBatch(
      EngineModel model, int length, EngineOptions options, StepBatch scratch, EngineClock clock) {
    this.model = model;
    this.length = length;
    this.slots = options.slots();
    this.scratch = scratch;
    this.clock = clock;
    this.waiting = new WaitingQueue(options.oldestEvery());
  }

  void add(Row row) {
    waiting.add(row);
  }

  /** Ends a run that waits or runs here; false if it does neither. */
  boolean cancel(Row row) {
    if (!waiting.remove(row) && !rows.remove(row)) {
      return false;
    }
    row.tell(new RunEvent.Cancelled(row.progress().stepsDone()));
    return true;
  }

  boolean hasWork() {
    return !rows.isEmpty() || waiting.size() > 0;
  }

  /** Number of the last forward pass of this batch, 0 before the first. */
  long lastServed() {
    return lastServed;
  }

  /**
   * Fills free slots, takes every row one step forward, and lets finished rows go.
   *
   * @return rows that go on with another pass, and so in another batch
   */
  List<Row> step(long batchSequence) {
    lastServed = batchSequence;
    Instant startedAt = clock.now();
    long begun = clock.nanos();
    refill();
    fillScratch();
    long forwardBegun = clock.nanos();
    if (scratch.positions > 0) {
      model.forwardPass().run(scratch);
    }
    long forwardEnded = clock.nanos();
    int slotsTaken = taken();
    List<Outcome> outcomes = unmask();
    rows.removeIf(Row::over);
    long ended = clock.nanos();
    long deviceMicros = (forwardEnded - forwardBegun) / 1_000;
    StepFacts step =
        new StepFacts(
            batchSequence,
            ChronoUnit.MICROS.between(Instant.EPOCH, startedAt),
            deviceMicros,
            (ended - begun) / 1_000 - deviceMicros,
            slotsTaken);
    return report(outcomes, step);
  }

  /** What all rows of a step have in common. */
  private record StepFacts(
      long batchSequence,
      long startedAtMicros,
      long deviceMicros,
      long hostMicros,
      int slotsTaken) {}

  /** What a step did to one row. */
  private record Outcome(Row row, int maskedBefore, float meanConfidence) {}

  /**
   * Lets runs in while their slots are free. The next in line is waited for, not overtaken: a
   * guided run, which takes two, would else wait as long as runs that take one keep coming. Alone
   * it may exceed the slots.
   */
  private void refill() {
    Optional<Row> next = waiting.peek();
    while (next.isPresent() && (rows.isEmpty() || taken() + next.get().slots() <= slots)) {
      waiting.poll().ifPresent(rows::add);
      next = waiting.peek();
    }
  }

  private int taken() {
    return rows.stream().mapToInt(Row::slots).sum();
  }

  private void fillScratch() {
    scratch.clear(length);
    for (Row row : rows) {
      row.fill(scratch);
    }
  }

  private List<Outcome> unmask() {
    List<Outcome> outcomes = new ArrayList<>(rows.size());
    for (Row row : rows) {
      int maskedBefore = row.masked();
      outcomes.add(new Outcome(row, maskedBefore, row.unmask(scratch)));
    }
    return outcomes;
  }

  private List<Row> report(List<Outcome> outcomes, StepFacts step) {
    List<Row> followers = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      Row row = outcome.row();
      row.tell(new RunEvent.StepDone(reportOf(outcome, step)));
      if (row.over() && row.nextPass()) {
        followers.add(row);
      } else if (row.over()) {
        row.tell(new RunEvent.Finished(row.progress()));
      }
    }
    return followers;
  }

  private StepReport reportOf(Outcome outcome, StepFacts step) {
    Row row = outcome.row();
    return new StepReport(
        row.progress().pass(),
        row.progress().stepsDone(),
        row.steps(),
        row.length(),
        step.slotsTaken(),
        slots,
        step.batchSequence(),
        step.deviceMicros(),
        step.hostMicros(),
        scratch.rows == 0 ? 0 : step.deviceMicros() * row.forwardRows() / scratch.rows,
        outcome.maskedBefore(),
        row.masked(),
        outcome.meanConfidence(),
        model.forwardPass().device(),
        step.startedAtMicros(),
        row.progress());
  }

  EngineSnapshot.Batch snapshot() {
    List<EngineSnapshot.RowState> states =
        rows.stream()
            .map(
                row ->
                    new EngineSnapshot.RowState(
                        row.progress().stepsDone(), row.steps(), row.length(), row.masked()))
            .toList();
    return new EngineSnapshot.Batch(model.facts().name(), length, waiting.size(), states);
  }
}
