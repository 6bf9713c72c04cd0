package dev.lacuna.deploy.bench.pipeline;

import java.util.HashMap;
import java.util.Map;

/**
 * Adds up forward passes, which several rows report.
 *
 * <p>Threading: used by one thread at a time.
 */
final class Passes {
  private final Map<Long, Pass> bySequence = new HashMap<>();

  private record Pass(long deviceMicros, long hostMicros, int rows) {}

  void add(long sequence, long deviceMicros, long hostMicros, int rows) {
    bySequence.put(sequence, new Pass(deviceMicros, hostMicros, rows));
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
