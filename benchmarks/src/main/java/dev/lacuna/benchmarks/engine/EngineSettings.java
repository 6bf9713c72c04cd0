package dev.lacuna.benchmarks.engine;

import java.util.List;

/**
 * Which runs through the engine are measured, and how often.
 *
 * @param rows runs that are handed to the engine at once; more than slots wait
 * @param lengths tokens of a canvas
 * @param steps denoising steps of a run
 * @param maskedShares share of a canvas that is masked, above 0 to 1
 * @param temperatures 0 for the most probable token
 * @param rounds repetitions that count
 */
public record EngineSettings(
    List<Integer> rows,
    List<Integer> lengths,
    List<Integer> steps,
    List<Double> maskedShares,
    List<Float> temperatures,
    int rounds) {

  public EngineSettings {
    rows = List.copyOf(rows);
    lengths = List.copyOf(lengths);
    steps = List.copyOf(steps);
    maskedShares = List.copyOf(maskedShares);
    temperatures = List.copyOf(temperatures);
  }
}
