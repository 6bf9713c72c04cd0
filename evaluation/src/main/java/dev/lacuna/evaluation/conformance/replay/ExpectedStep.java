package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.RecordedStep;
import java.util.Arrays;

/**
 * What one step of the engine has to do. Positions count from the start of the recorded canvas,
 * padding included.
 *
 * @param where the recorded step, for messages
 * @param before the canvas before the step
 * @param after the canvas after the step
 * @param open positions that were masked before it, or all blanks where there is no mask; ascending
 * @param filled positions that become tokens, ascending
 * @param proposals the token proposed for each position, {@link #UNKNOWN} where none is recorded;
 *     shape (canvas)
 * @param numbers the recorded number of each position, NaN where none is; shape (canvas)
 */
public record ExpectedStep(
    String where,
    int[] before,
    int[] after,
    int[] open,
    int[] filled,
    int[] proposals,
    double[] numbers) {

  /** In place of a token that was not recorded. */
  public static final int UNKNOWN = -1;

  /**
   * A step as it was recorded.
   *
   * @param key field of the recorded numbers, null for none
   */
  static ExpectedStep of(RecordedStep step, int[] filled, String key) {
    int[] proposals = unknown(step.canvasOut().length);
    put(proposals, step.open(), step.ofOpen("proposals"));
    put(proposals, step.open(), step.ofOpen("argmax_at_masked"));
    put(proposals, filled, step.proposalsAtUnmasked());
    double[] numbers = new double[proposals.length];
    Arrays.fill(numbers, Double.NaN);
    double[] recorded = key == null ? null : step.numbersOfOpen(key);
    for (int i = 0; recorded != null && i < recorded.length; i++) {
      // Minus infinity stands for a position that couldn't be chosen, not for a number.
      boolean measured = recorded[i] != Double.NEGATIVE_INFINITY;
      numbers[step.open()[i]] = measured ? recorded[i] : Double.NaN;
    }
    return new ExpectedStep(
        step.where(), step.canvasIn(), step.canvasOut(), step.open(), filled, proposals, numbers);
  }

  /** This step, with another canvas after it. */
  ExpectedStep withAfter(int[] canvas) {
    return new ExpectedStep(where, before, canvas, open, filled, proposals, numbers);
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
