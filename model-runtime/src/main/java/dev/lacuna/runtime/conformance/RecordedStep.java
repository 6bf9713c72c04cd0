package dev.lacuna.runtime.conformance;

/**
 * One step of a recorded run.
 *
 * @param golden its entry
 * @param canvasIn before the step
 * @param canvasOut after it
 * @param open positions that were masked before the step, or all blanks where there is no mask;
 *     ascending
 * @param proposals tokens proposed for the open positions; null where not recorded
 */
record RecordedStep(
    KitObject golden, int[] canvasIn, int[] canvasOut, int[] open, int[] proposals) {

  static RecordedStep read(KitObject step, int[] initialCanvas) {
    int[] in = step.integers("canvas_in");
    int[] out = step.integers("canvas_out");
    int[] open =
        step.has("masked_positions")
            ? step.integers("masked_positions")
            : step.integers("blank_positions");
    if (in.length != initialCanvas.length || out.length != initialCanvas.length) {
      throw step.wrong("canvas_out", "as many tokens as initial_canvas");
    }
    for (int i = 0; i < open.length; i++) {
      if (open[i] < 0 || open[i] >= in.length || (i > 0 && open[i] <= open[i - 1])) {
        throw step.wrong("masked_positions", "ascending positions of the canvas");
      }
    }
    return new RecordedStep(step, in, out, open, listed(step, "proposals", open.length));
  }

  private static int[] listed(KitObject step, String key, int length) {
    int[] values = step.integersOrNull(key);
    if (values != null && values.length != length) {
      throw step.wrong(key, "a list of " + length);
    }
    return values;
  }

  /**
   * Numbers in the order of {@link #open}; null where not recorded.
   *
   * @param key such as {@code confidences}
   */
  double[] ofOpen(String key) {
    double[] values = golden.numbersOrNull(key);
    if (values != null && values.length != open.length) {
      throw golden.wrong(key, "a list of " + open.length);
    }
    return values;
  }

  /** Positions that left the mask, ascending; null where the algorithm has none. */
  int[] unmasked() {
    return golden.integersOrNull("unmasked_positions");
  }

  /** Tokens recorded for {@link #unmasked} alone; null where not recorded. */
  int[] proposalsAtUnmasked() {
    int[] unmasked = unmasked();
    return unmasked == null ? null : listed(golden, "proposals_at_transferred", unmasked.length);
  }
}
