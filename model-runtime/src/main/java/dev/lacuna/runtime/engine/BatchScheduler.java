package dev.lacuna.runtime.engine;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The engine without its thread: takes runs in, and takes one bucket after the other a step
 * forward.
 *
 * <p>Threading: owned by the engine's thread.
 */
final class BatchScheduler {

  /** Rows that share a batch shape. */
  private record BucketKey(String model, int length) {}

  private final Map<String, EngineModel> models = new HashMap<>();
  private final EngineOptions options;
  private final EngineClock clock;
  private final StepBatch scratch;
  // Insertion order makes the choice among equals a matter of arrival.
  private final Map<BucketKey, RunningBatch> batches = new LinkedHashMap<>();
  private long forwardPasses;

  BatchScheduler(List<EngineModel> models, EngineOptions options, EngineClock clock) {
    int longest = 1;
    for (EngineModel model : models) {
      this.models.put(model.facts().name(), model);
      longest = Math.max(longest, model.facts().canvasLimit());
    }
    this.options = options;
    this.clock = clock;
    // A guided run takes two rows even of an engine with one slot.
    this.scratch = new StepBatch(Math.max(2, options.slots()), longest);
  }

  /** Takes a run in; one that has no step left is finished at once. */
  void submit(Row row) {
    while (row.over()) {
      if (!row.nextPass()) {
        row.tell(new RunEvent.Finished(row.progress()));
        return;
      }
    }
    EngineModel model = models.get(row.spec().model());
    int length = Buckets.lengthFor(row.length(), model.facts().canvasLimit());
    batches
        .computeIfAbsent(
            new BucketKey(model.facts().name(), length),
            key -> new RunningBatch(model, length, options, scratch, clock))
        .add(row);
  }

  /** Ends a run; nothing happens to one that is over. */
  void cancel(Row row) {
    for (RunningBatch batch : batches.values()) {
      if (batch.cancel(row)) {
        return;
      }
    }
  }

  boolean hasWork() {
    return batches.values().stream().anyMatch(RunningBatch::hasWork);
  }

  /** Takes the rows of one bucket a step forward; does nothing without work. */
  void step() {
    List<RunningBatch> ready = batches.values().stream().filter(RunningBatch::hasWork).toList();
    int next = BatchPolicy.next(ready.stream().mapToLong(RunningBatch::lastServed).toArray());
    if (next >= 0) {
      forwardPasses++;
      ready.get(next).step(forwardPasses).forEach(this::submit);
    }
  }

  EngineSnapshot snapshot() {
    List<EngineSnapshot.Batch> busy =
        batches.values().stream()
            .filter(RunningBatch::hasWork)
            .map(RunningBatch::snapshot)
            .toList();
    return new EngineSnapshot(options.slots(), forwardPasses, busy);
  }
}
