package dev.lacuna.evaluation.conformance.kit;

import dev.lacuna.runtime.json.JsonObject;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A sampling run as a published implementation recorded it. Positions count from the start of its
 * canvas, padding included.
 *
 * @param golden the whole file
 * @param source the function that was recorded
 * @param parameters what it was called with
 * @param padding tokens of left padding
 * @param initialCanvas before the first step
 * @param finalCanvas after the last
 * @param forwardCalls forward passes that it took
 * @param steps in order
 * @param gumbelUniforms all recorded numbers, null for none
 */
public record Trajectory(
    JsonObject golden,
    String source,
    JsonObject parameters,
    int padding,
    int[] initialCanvas,
    int[] finalCanvas,
    int forwardCalls,
    List<RecordedStep> steps,
    double[] gumbelUniforms) {

  /** Reads a file of the kit; one that does not fit is a {@link KitException}. */
  public static Trajectory read(Path file) {
    JsonObject golden = KitFile.json(file);
    int[] initial = golden.integers("initial_canvas");
    int[] last = golden.integers("final_canvas");
    List<RecordedStep> steps =
        golden.objects("steps").stream().map(step -> RecordedStep.read(step, initial)).toList();
    if (initial.length == 0 || last.length != initial.length) {
      throw golden.wrong("final_canvas", "as many tokens as initial_canvas, at least 1");
    }
    if (steps.isEmpty()) {
      throw golden.wrong("steps", "at least one step");
    }
    int[] prompt = golden.integersOrNull("prompt");
    if (prompt != null && !Arrays.equals(prompt, Arrays.copyOf(initial, prompt.length))) {
      throw golden.wrong("prompt", "the tokens that initial_canvas begins with");
    }
    return new Trajectory(
        golden,
        golden.text("source"),
        golden.object("parameters"),
        padding(golden),
        initial,
        last,
        golden.integer("forward_calls"),
        steps,
        gumbel(golden));
  }

  private static int padding(JsonObject golden) {
    int[] mask = golden.integersOrNull("prompt_attention_mask");
    int padding = 0;
    while (mask != null && padding < mask.length && mask[padding] == 0) {
      padding++;
    }
    for (int i = padding; mask != null && i < mask.length; i++) {
      if (mask[i] != 1) {
        throw golden.wrong("prompt_attention_mask", "zeros on the left alone, then ones");
      }
    }
    return padding;
  }

  private static double[] gumbel(JsonObject golden) {
    if (!golden.has("gumbel_uniforms_file")) {
      return null;
    }
    Path file =
        KitFile.named(
            golden.file().getParent(), golden.text("gumbel_uniforms_file"), golden.file());
    return KitFile.doubles(file, golden.integer("gumbel_uniforms_count"));
  }

  /** Whether blanks start from random tokens, which steps replace. */
  public boolean noise() {
    return steps.get(0).golden().has("blank_positions");
  }

  /** Positions that the run fills, ascending. */
  public int[] blanks() {
    return steps.get(0).open();
  }

  /** Tokens of the canvas without its padding. */
  public int length() {
    return initialCanvas.length - padding;
  }
}
