package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.engine.api.EngineOptions;
import dev.lacuna.runtime.engine.schedule.Batch;
import java.util.List;
import java.util.Map;

/**
 * What an engine is doing, as of its last step boundary.
 *
 * @param slots most rows of one forward pass, {@link EngineOptions#AUTO} if each bucket has its own
 * @param forwardPasses forward passes so far
 * @param backlogMicros estimated device time that all runs still need, those that are alone
 *     included; meaningless where the cost of a forward pass was not measured
 * @param batches buckets that have work
 * @param troubles what went wrong and was overcome
 */
public record EngineSnapshot(
    int slots, long forwardPasses, long backlogMicros, List<Batch> batches, Troubles troubles) {

  /** Copies the list. */
  public EngineSnapshot {
    batches = List.copyOf(batches);
  }

  /**
   * What went wrong and did not stop the engine.
   *
   * @param failedRuns runs that ended alone
   * @param outOfMemory batches that were too much for the device's memory and were done in parts
   * @param cellLimits rows × length that forward passes keep to for lack of memory, by model; those
   *     without a limit are not in it
   */
  public record Troubles(long failedRuns, long outOfMemory, Map<String, Integer> cellLimits) {

    /** Copies the map. */
    public Troubles {
      cellLimits = Map.copyOf(cellLimits);
    }
  }

  /**
   * One bucket of one model.
   *
   * @param model its name
   * @param length padded canvas length in tokens
   * @param slots most rows of a forward pass of this length
   * @param waiting runs that wait for their first step
   * @param rows runs that have begun
   */
  public record Batch(String model, int length, int slots, int waiting, List<RowState> rows) {

    /** Copies the list. */
    public Batch {
      rows = List.copyOf(rows);
    }
  }

  /**
   * One run that has begun.
   *
   * @param stepsDone steps behind it
   * @param steps steps of the whole run
   * @param canvasLength tokens without padding
   * @param masked masks left
   */
  public record RowState(int stepsDone, int steps, int canvasLength, int masked) {}

  /** Runs that have begun. */
  public int runningRows() {
    return batches.stream().mapToInt(batch -> batch.rows().size()).sum();
  }

  /** Runs that wait for their first step. */
  public int waitingRuns() {
    return batches.stream().mapToInt(Batch::waiting).sum();
  }
}
