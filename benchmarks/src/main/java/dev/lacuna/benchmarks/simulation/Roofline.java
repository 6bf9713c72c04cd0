package dev.lacuna.benchmarks.simulation;

import dev.lacuna.runtime.engine.api.StepCost;

/**
 * A forward pass as the roofline model has it (Williams, Waterman and Patterson 2009): the device
 * reads the weights once and computes meanwhile, and the longer of the two counts; before that, it
 * is told what to do.
 *
 * @param launchMicros until all kernels of a forward pass are launched and its data are there
 * @param bytesPerSecond of memory
 * @param flopsPerSecond of products, as reached, not as printed on the box
 * @param weightBytes size of the weights
 * @param parameters weights that every token is multiplied with, without embedding and head
 * @param layers of the model
 * @param hidden width of the model
 * @param vocabulary width of the head
 */
public record Roofline(
    double launchMicros,
    double bytesPerSecond,
    double flopsPerSecond,
    double weightBytes,
    double parameters,
    int layers,
    int hidden,
    int vocabulary)
    implements StepCost {

  @Override
  public double micros(int rows, int length, int positions) {
    double tokens = (double) rows * length;
    double flops =
        2 * parameters * tokens // products with weights
            + 4.0
                * layers
                * hidden
                * tokens
                * length // queries with keys, probabilities with values
            + 2.0 * hidden * vocabulary * positions; // head
    double seconds = Math.max(weightBytes / bytesPerSecond, flops / flopsPerSecond);
    return launchMicros + 1e6 * seconds;
  }
}
