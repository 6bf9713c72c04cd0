package dev.lacuna.runtime.engine.api;

/**
 * What a forward pass costs on a device, as far as its shape decides it. Results never depend on
 * it; which rows share a forward pass does.
 */
public interface StepCost {

  /**
   * A device of which nothing is known: cost grows with the tokens, so that neither batching nor
   * padding gains anything.
   */
  StepCost UNMEASURED = (rows, length, positions) -> (double) rows * length;

  /** A device to which shapes make no difference: whatever fits the slots shares a forward pass. */
  StepCost FLAT = (rows, length, positions) -> 1;

  /**
   * Time of one forward pass.
   *
   * @param rows rows of the batch, at least 1
   * @param length padded length of every row in tokens
   * @param positions positions to propose a token for, over all rows
   * @return microseconds, more than 0
   */
  double micros(int rows, int length, int positions);

  /** Time of a forward pass whose rows are half unmasked, as they are on average over a run. */
  default double microsHalfMasked(int rows, int length) {
    return micros(rows, length, Math.max(1, rows * length / 2));
  }
}
