package dev.lacuna.benchmarks.step;

import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.util.List;

/**
 * Which steps are measured, and how often.
 *
 * @param rows rows of a batch
 * @param lengths tokens of each row
 * @param maskedShares share of each row's positions that is masked and sampled, above 0 to 1
 * @param temperatures 0 for the most probable token
 * @param topP probability mass kept; 1 for all
 * @param topK tokens kept; 0 for all
 * @param rounds repetitions that count
 * @param floor whether the matrix products alone are measured too
 * @param forward device and threads
 */
public record StepOptions(
    List<Integer> rows,
    List<Integer> lengths,
    List<Double> maskedShares,
    List<Float> temperatures,
    float topP,
    int topK,
    int rounds,
    boolean floor,
    ForwardPassOptions forward) {

  public StepOptions {
    rows = List.copyOf(rows);
    lengths = List.copyOf(lengths);
    maskedShares = List.copyOf(maskedShares);
    temperatures = List.copyOf(temperatures);
  }
}
