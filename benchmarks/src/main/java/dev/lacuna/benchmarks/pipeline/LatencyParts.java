package dev.lacuna.benchmarks.pipeline;

import dev.lacuna.benchmarks.measure.Median;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.TimingSummary;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of each request's time, in milliseconds.
 *
 * <p>Threading: used by one thread.
 */
final class LatencyParts {
  private static final String OVERHEAD = "end to end minus run";

  private final Map<String, List<Double>> millis = new LinkedHashMap<>();

  /**
   * Adds a request.
   *
   * @param sent before it was handed to the producer
   * @param seen when the reader had the completion
   */
  void add(Instant sent, GenerationCompletion completion, Instant seen) {
    TimingSummary summary = completion.getSummary();
    Instant accepted = completion.getAcceptedAt();
    Instant finished =
        accepted.plus(summary.getWaitingMicros() + summary.getRunningMicros(), ChronoUnit.MICROS);
    put("produce -> intake", micros(sent, accepted));
    put("intake -> engine", summary.getWaitingMicros());
    put("run", summary.getRunningMicros());
    put("finish -> drain", micros(finished, completion.getCompletedAt()));
    put("commit -> visible", micros(completion.getCompletedAt(), seen));
    put("end to end", micros(sent, seen));
    put(OVERHEAD, micros(sent, seen) - summary.getRunningMicros());
  }

  private void put(String part, long micros) {
    millis.computeIfAbsent(part, name -> new ArrayList<>()).add(micros / 1e3);
  }

  private static long micros(Instant from, Instant to) {
    return ChronoUnit.MICROS.between(from, to);
  }

  /** A row for each part. */
  List<Map<String, Object>> rows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    millis.forEach(
        (part, values) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("part", part);
          row.put("requests", values.size());
          row.put("medianMillis", Median.of(values));
          row.put("p90Millis", quantile(values, 0.9));
          row.put("p99Millis", quantile(values, 0.99));
          row.put("maxMillis", quantile(values, 1));
          rows.add(row);
        });
    return rows;
  }

  /** What Kafka adds to a run. */
  Map<String, Object> summary() {
    List<Double> values = millis.get(OVERHEAD);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("requests", values.size());
    row.put("medianMillis", Median.of(values));
    row.put("p99Millis", quantile(values, 0.99));
    return row;
  }

  /** The least value that this share of the values does not exceed. */
  static double quantile(List<Double> values, double share) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
