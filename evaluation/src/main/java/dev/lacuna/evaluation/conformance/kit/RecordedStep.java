package dev.lacuna.evaluation.conformance.kit;

import dev.lacuna.runtime.json.JsonObject;
import java.util.stream.IntStream;

/**
 * One step of a recorded run.
 *
 * @param golden its entry
 * @param canvasIn before the step
 * @param canvasOut after it
 * @param open positions that were masked before the step, or all blanks where there is no mask;
 *     ascending
 */
public record RecordedStep(JsonObject golden, int[] canvasIn, int[] canvasOut, int[] open) {

  static RecordedStep read(JsonObject step, int[] initialCanvas) {
    int[] in = step.integers("canvas_in");
    int[] out = step.integers("canvas_out");
    if (in.length != initialCanvas.length || out.length != initialCanvas.length) {
      throw step.wrong("canvas_out", "as many tokens as initial_canvas, in canvas_in as well");
    }
    String key = step.has("masked_positions") ? "masked_positions" : "blank_positions";
    return new RecordedStep(step, in, out, positions(step, key, in.length));
  }

  /** Its name in messages. */
  public String where() {
    return "step " + golden.node().path("index").asText("?");
  }

  /** A list of positions, ascending. */
  public int[] positions(String key) {
    return positions(golden, key, canvasIn.length);
  }

  private static int[] positions(JsonObject step, String key, int length) {
    int[] positions = step.integers(key);
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] < 0
          || positions[i] >= length
          || (i > 0 && positions[i] <= positions[i - 1])) {
        throw step.wrong(key, "ascending positions of the canvas");
      }
    }
    return positions;
  }

  /** Positions that leave the mask. */
  public int[] unmasked() {
    int[] unmasked = positions("unmasked_positions");
    int transferred =
        golden.has("number_transfer_tokens")
            ? golden.integer("number_transfer_tokens")
            : unmasked.length;
    if (transferred < unmasked.length || transferred > unmasked.length + stayingMasked()) {
      throw golden.wrong("number_transfer_tokens", unmasked.length + ", as unmasked_positions has");
    }
    return unmasked;
  }

  /** Open positions whose proposal is what they hold: the mask. */
  private long stayingMasked() {
    int[] proposals = ofOpen("proposals");
    return IntStream.range(0, proposals == null ? 0 : open.length)
        .filter(i -> proposals[i] == canvasIn[open[i]])
        .count();
  }

  /** Tokens in the order of {@link #open}; null where not recorded. */
  public int[] ofOpen(String key) {
    return listed(key, open.length);
  }

  /** Tokens recorded for the unmasked positions alone; null where not recorded. */
  public int[] proposalsAtUnmasked() {
    return golden.has("proposals_at_transferred")
        ? listed("proposals_at_transferred", unmasked().length)
        : null;
  }

  /**
   * Tokens, exactly so many; null where not recorded.
   *
   * @param key such as {@code second_proposals}
   */
  public int[] listed(String key, int length) {
    int[] values = golden.integersOrNull(key);
    if (values != null && values.length != length) {
      throw golden.wrong(key, "a list of " + length);
    }
    return values;
  }

  /** Numbers in the order of {@link #open}; null where not recorded. */
  public double[] numbersOfOpen(String key) {
    double[] values = golden.numbersOrNull(key);
    if (values != null && values.length != open.length) {
      throw golden.wrong(key, "a list of " + open.length);
    }
    return values;
  }
}
