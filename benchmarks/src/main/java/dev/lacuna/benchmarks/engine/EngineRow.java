package dev.lacuna.benchmarks.engine;

import dev.lacuna.benchmarks.measure.Median;
import dev.lacuna.benchmarks.measure.Rounded;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What runs through the engine took; medians over the rounds.
 *
 * @param model name
 * @param dtype numbers of the matrices, as asked for
 * @param rows runs handed over at once
 * @param length tokens of the longest canvas
 * @param steps of each run
 * @param maskedShare share of the canvases that was masked
 * @param temperature 0 for the most probable token
 * @param slots most rows of a forward pass; 0 where the engine decides
 * @param seconds until the last run was done
 * @param tokensPerSecond masks filled
 * @param passMillis mean of the forward passes
 * @param meanBatchRows rows of a forward pass
 * @param hostShare of the engine's time, outside of forward passes
 */
public record EngineRow(
    String model,
    String dtype,
    int rows,
    int length,
    int steps,
    double maskedShare,
    float temperature,
    int slots,
    double seconds,
    double tokensPerSecond,
    double passMillis,
    double meanBatchRows,
    double hostShare) {

  static EngineRow of(
      BenchEngine engine,
      List<DocumentPlan> plans,
      double share,
      int steps,
      float temperature,
      List<EngineRound> rounds) {
    double seconds = Median.of(rounds, EngineRound::seconds);
    int masks = plans.stream().mapToInt(DocumentPlan::maskCount).sum();
    return new EngineRow(
        engine.facts().name(),
        engine.dtype(),
        plans.size(),
        plans.stream().mapToInt(DocumentPlan::length).max().orElseThrow(),
        steps,
        share,
        temperature,
        engine.slots(),
        Rounded.to3(seconds),
        Math.round(masks / seconds * 10) / 10.0,
        Rounded.to3(Median.of(rounds, r -> r.deviceMicros() / 1e3 / r.passes())),
        Rounded.to3(Median.of(rounds, EngineRound::meanRows)),
        Math.round(
                Median.of(
                        rounds, r -> (double) r.hostMicros() / (r.hostMicros() + r.deviceMicros()))
                    * 1e5)
            / 1e5);
  }

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", model);
    fields.put("dtype", dtype);
    fields.put("rows", rows);
    fields.put("length", length);
    fields.put("steps", steps);
    fields.put("maskedShare", maskedShare);
    fields.put("temperature", temperature);
    fields.put("slots", slots);
    fields.put("seconds", seconds);
    fields.put("tokensPerSecond", tokensPerSecond);
    fields.put("passMillis", passMillis);
    fields.put("meanBatchRows", meanBatchRows);
    fields.put("hostShare", hostShare);
    return fields;
  }
}
