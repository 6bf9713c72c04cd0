package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.Parameters;
import dev.lacuna.evaluation.conformance.kit.Trajectory;

/** The temperature of a published sampler that draws tokens with Gumbel noise. */
final class NoiseTemperature {

  private NoiseTemperature() {}

  /** Reads it; one above 0 can be replayed only where the noise was recorded. */
  static float read(Trajectory run, Parameters parameters) {
    double temperature = parameters.number("temperature");
    if (!(temperature >= 0)) {
      throw parameters.wrong("temperature", "a number from 0");
    }
    if (temperature > 0 && run.gumbelUniforms() == null) {
      throw parameters.wrong("temperature", "0, for the run records no noise");
    }
    if (temperature == 0 && run.gumbelUniforms() != null) {
      throw parameters.wrong("temperature", "more than 0, for the run records noise");
    }
    return (float) temperature;
  }
}
