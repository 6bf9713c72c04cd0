package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.engine.schedule.Batch;
import dev.lacuna.runtime.engine.schedule.Buckets;
import dev.lacuna.runtime.engine.schedule.ScheduledRun;
import java.util.List;

/**
 * Runs of a batch that share a forward pass: all of them, or some where all were too many.
 *
 * @param runs at least one, in the batch's order
 * @param rows rows that they may take
 * @param length padded length of every row in tokens
 * @param slots rows that a forward pass of the batch has room for
 */
record StepPart(List<Row> runs, int rows, int length, int slots) {

  static StepPart of(Batch<Row> batch) {
    List<Row> runs = batch.runs().stream().map(ScheduledRun::run).toList();
    return new StepPart(runs, batch.rows(), batch.length(), batch.slots());
  }

  /** One of the runs. */
  StepPart alone(Row run) {
    return new StepPart(List.of(run), run.slots(), padded(run.length()), slots);
  }

  /** From one run on as many as make no more than so many cells, at least one. */
  StepPart from(int first, int cellsMax) {
    if (first == 0 && cells() <= cellsMax) {
      return this;
    }
    StepPart part = alone(runs.get(first));
    for (int end = first + 1; end < runs.size(); end++) {
      Row run = runs.get(end);
      int longer = Math.max(part.length, padded(run.length()));
      StepPart more =
          new StepPart(runs.subList(first, end + 1), part.rows + run.slots(), longer, slots);
      if (more.cells() > cellsMax) {
        break;
      }
      part = more;
    }
    return part;
  }

  private int padded(int canvasLength) {
    return Math.min(Buckets.padded(canvasLength), length);
  }

  /** Rows × length. */
  int cells() {
    return Math.multiplyExact(rows, length);
  }
}
