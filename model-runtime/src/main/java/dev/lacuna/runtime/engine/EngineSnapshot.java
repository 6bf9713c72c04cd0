package dev.lacuna.runtime.engine;

import java.util.List;

/**
 * What an engine is doing, as of its last step boundary.
 *
 * @param slots most rows of one forward pass
 * @param forwardPasses forward passes so far
 * @param batches buckets that have work
 */
public record EngineSnapshot(int slots, long forwardPasses, List<Batch> batches) {

  /** Copies the list. */
  public EngineSnapshot {
    batches = List.copyOf(batches);
  }

  /**
   * One bucket of one model.
   *
   * @param model its name
   * @param length padded canvas length in tokens
   * @param waiting runs that wait for a slot
   * @param rows runs that have one
   */
  public record Batch(String model, int length, int waiting, List<RowState> rows) {

    /** Copies the list. */
    public Batch {
      rows = List.copyOf(rows);
    }
  }

  /**
   * One run that has a slot.
   *
   * @param stepsDone steps behind it
   * @param steps steps of the whole run
   * @param canvasLength tokens without padding
   * @param masked masks left
   */
  public record RowState(int stepsDone, int steps, int canvasLength, int masked) {}

  /** Runs that have a slot. */
  public int runningRows() {
    return batches.stream().mapToInt(batch -> batch.rows().size()).sum();
  }

  /** Runs that wait for one. */
  public int waitingRuns() {
    return batches.stream().mapToInt(Batch::waiting).sum();
  }
}
