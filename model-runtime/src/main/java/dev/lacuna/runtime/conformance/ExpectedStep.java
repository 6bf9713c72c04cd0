package dev.lacuna.runtime.conformance;

import java.util.Arrays;

/**
 * What one step of the engine has to do. Positions count from the start of the recorded canvas,
 * padding included.
 *
 * @param where the recorded step, for messages
 * @param after the canvas after the step
 * @param filled positions that become tokens, ascending
 * @param proposals the token proposed for each position, {@link #UNKNOWN} where none is recorded;
 *     shape (canvas)
 * @param numbers the recorded number of each position, NaN where none is; shape (canvas)
 */
record ExpectedStep(String where, int[] after, int[] filled, int[] proposals, double[] numbers) {

  static final int UNKNOWN = -1;

  /**
   * A step in which positions leave the mask, or get new tokens.
   *
   * @param key field of the recorded numbers, null for none
   */
  static ExpectedStep of(RecordedStep step, int[] filled, String key) {
    int[] proposals = unknown(step.canvasOut().length);
    put(proposals, step.open(), step.proposals());
    put(proposals, filled, step.proposalsAtUnmasked());
    double[] numbers = new double[proposals.length];
    Arrays.fill(numbers, Double.NaN);
    double[] recorded = key == null ? null : step.ofOpen(key);
    for (int i = 0; recorded != null && i < recorded.length; i++) {
      // Minus infinity stands for a position that couldn't be chosen, not for a number.
      boolean measured = recorded[i] != Double.NEGATIVE_INFINITY;
      numbers[step.open()[i]] = measured ? recorded[i] : Double.NaN;
    }
    return new ExpectedStep(where(step), step.canvasOut(), filled, proposals, numbers);
  }

  /** This step, with another canvas after it. */
  ExpectedStep withAfter(int[] canvas) {
    return new ExpectedStep(where, canvas, filled, proposals, numbers);
  }

  static String where(RecordedStep step) {
    return "step " + step.golden().node().path("index").asText("?");
  }

  static int[] unknown(int length) {
    int[] proposals = new int[length];
    Arrays.fill(proposals, UNKNOWN);
    return proposals;
  }

  /** Writes values at positions; nothing where there are none. */
  static void put(int[] canvas, int[] positions, int[] valuesOrNull) {
    for (int i = 0; valuesOrNull != null && i < positions.length; i++) {
      canvas[positions[i]] = valuesOrNull[i];
    }
  }
}
