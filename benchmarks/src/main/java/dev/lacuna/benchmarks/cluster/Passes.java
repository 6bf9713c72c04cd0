package dev.lacuna.benchmarks.cluster;

import dev.lacuna.runtime.engine.api.StepReport;
import dev.lacuna.wire.StepTiming;
import java.util.HashMap;
import java.util.Map;

/**
 * Adds up forward passes, which several rows report.
 *
 * <p>Threading: used by one thread at a time.
 */
public final class Passes {
  private final Map<Long, Pass> bySequence = new HashMap<>();

  private int slots;

  private record Pass(long deviceMicros, long hostMicros, int rows) {}

  /** Adds what one row reports. */
  public void add(StepReport row) {
    add(
        row.batchSequence(),
        row.deviceMicros(),
        row.hostMicros(),
        row.batchRows(),
        row.batchSlots());
  }

  /** Adds what one row reports. */
  public void add(StepTiming row) {
    add(
        row.getBatchSequence(),
        row.getDeviceMicros(),
        row.getHostMicros(),
        row.getBatchRows(),
        row.getBatchSlots());
  }

  /** Adds what one forward pass took; a pass that is there already is replaced. */
  public void add(long sequence, long deviceMicros, long hostMicros, int rows, int slotsThere) {
    bySequence.put(sequence, new Pass(deviceMicros, hostMicros, rows));
    slots = Math.max(slots, slotsThere);
  }

  /** Most rows that a pass could have had. */
  public int slots() {
    return slots;
  }

  long deviceMicros() {
    return bySequence.values().stream().mapToLong(Pass::deviceMicros).sum();
  }

  long hostMicros() {
    return bySequence.values().stream().mapToLong(Pass::hostMicros).sum();
  }

  double meanMillis() {
    return (deviceMicros() + hostMicros()) / 1e3 / Math.max(1, bySequence.size());
  }

  double meanRows() {
    return bySequence.values().stream().mapToInt(Pass::rows).average().orElse(0);
  }
}
