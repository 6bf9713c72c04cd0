package dev.lacuna.benchmarks.step;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a step took; medians over the rounds.
 *
 * @param model name
 * @param rows of the batch
 * @param length tokens of each
 * @param maskedShare share of the positions that was sampled
 * @param temperature 0 for the most probable token
 * @param stepMillis from batch to proposals
 * @param floorMillis its matrix products alone; null where they weren't measured
 * @param floorGflops 10⁹ additions and multiplications a second of theirs; null as well
 * @param ratioToFloor the step's time over the products'; null as well
 */
public record StepRow(
    String model,
    int rows,
    int length,
    double maskedShare,
    float temperature,
    double stepMillis,
    Double floorMillis,
    Double floorGflops,
    Double ratioToFloor) {

  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", model);
    fields.put("rows", rows);
    fields.put("length", length);
    fields.put("maskedShare", maskedShare);
    fields.put("temperature", temperature);
    fields.put("stepMillis", stepMillis);
    fields.put("floorMillis", floorMillis);
    fields.put("floorGflops", floorGflops);
    fields.put("ratioToFloor", ratioToFloor);
    return fields;
  }
}
