package dev.lacuna.evaluation.conformance;

import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.util.Optional;

/**
 * How a kit is run.
 *
 * @param model the only model to run; empty for all
 * @param seed of the random draws and of the rows beside replays
 * @param forward threads and device
 */
public record ConformanceOptions(Optional<String> model, long seed, ForwardPassOptions forward) {

  /** These options for one model alone. */
  public ConformanceOptions withModel(String name) {
    return new ConformanceOptions(Optional.of(name), seed, forward);
  }
}
