package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.RecordedStep;
import dev.lacuna.evaluation.conformance.kit.Trajectory;
import dev.lacuna.runtime.text.Document;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the published samplers' records have in common. */
final class Recordings {

  private Recordings() {}

  /**
   * The trajectory's canvas, without padding.
   *
   * @param first token at the start of the canvas, where a blank may stand
   */
  static DocumentPlan plan(Trajectory run, int first) {
    int[] tokens =
        Arrays.copyOfRange(run.initialCanvas(), run.padding(), run.initialCanvas().length);
    int[] blanks = Arrays.stream(run.blanks()).map(position -> position - run.padding()).toArray();
    if (blanks.length == 0 || blanks[0] < 0) {
      throw run.golden().wrong("steps", "a first step with blanks, none of them padding");
    }
    tokens[0] = first;
    return plan(tokens, blanks);
  }

  /**
   * One canvas with the given blanks.
   *
   * @param blanks positions, ascending
   */
  static DocumentPlan plan(int[] tokens, int[] blanks) {
    List<DocumentPlan.BlankSpan> spans = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= blanks.length; i++) {
      if (i == blanks.length || blanks[i] != blanks[i - 1] + 1) {
        spans.add(new DocumentPlan.BlankSpan(blanks[start], i - start, spans.size(), true, false));
        start = i;
      }
    }
    return DocumentPlan.onOneCanvas(
        new Document(List.of()), tokens, spans, tokens.length - blanks.length);
  }

  /** As {@link #plan(Trajectory, int)}, with the canvas's own first token. */
  static DocumentPlan plan(Trajectory run) {
    return plan(run, run.initialCanvas()[run.padding()]);
  }

  /**
   * The steps that do something. A published sampler goes on running the model when nothing is left
   * to fill; the engine doesn't.
   *
   * @param emptySteps whether a step that fills nothing, though something is left, belongs to the
   *     schedule
   */
  static List<RecordedStep> taken(Trajectory run, boolean emptySteps) {
    return run.steps().stream()
        .filter(step -> step.open().length > 0)
        .filter(step -> emptySteps || step.unmasked().length > 0)
        .toList();
  }

  /** Expectations of steps that unmask. */
  static List<ExpectedStep> unmasking(List<RecordedStep> steps, String key) {
    return steps.stream().map(step -> ExpectedStep.of(step, step.unmasked(), key)).toList();
  }

  /** Numbers with one for every position of the canvas; none recorded means all are chosen. */
  static void orderOfCanvas(ReplayRandom random, Trajectory run, List<RecordedStep> steps) {
    for (int step = 0; step < steps.size(); step++) {
      double[] uniforms = steps.get(step).golden().numbersOrNull("uniforms");
      if (uniforms != null && uniforms.length != run.initialCanvas().length) {
        throw steps.get(step).golden().wrong("uniforms", "one for each position of the canvas");
      }
      for (int position : steps.get(step).open()) {
        random.order(step, position - run.padding(), uniforms == null ? 0 : uniforms[position]);
      }
    }
  }

  /** Numbers with one for every open position; none recorded means all are chosen. */
  static void orderOfOpen(ReplayRandom random, Trajectory run, List<RecordedStep> steps) {
    for (int step = 0; step < steps.size(); step++) {
      int[] open = steps.get(step).open();
      double[] uniforms = steps.get(step).numbersOfOpen("uniforms");
      for (int i = 0; i < open.length; i++) {
        random.order(step, open[i] - run.padding(), uniforms == null ? 0 : uniforms[i]);
      }
    }
  }

  /**
   * Gumbel noise, a vocabulary for each position of the canvas or for each open one; which of the
   * two follows from how many numbers a step has.
   */
  static void gumbel(ReplayRandom random, Trajectory run, List<RecordedStep> steps, int width) {
    double[] all = run.gumbelUniforms();
    for (int index = 0; all != null && index < steps.size(); index++) {
      RecordedStep step = steps.get(index);
      int from = step.golden().integer("gumbel_uniforms_offset");
      int rows = rows(run, step, from, width);
      boolean everyPosition = rows == run.initialCanvas().length;
      for (int i = 0; i < step.open().length; i++) {
        int position = step.open()[i];
        int at = from + (everyPosition ? position : i) * width;
        random.gumbel(index, position - run.padding(), Arrays.copyOfRange(all, at, at + width));
      }
    }
  }

  private static int rows(Trajectory run, RecordedStep step, int from, int width) {
    int end = run.gumbelUniforms().length;
    for (RecordedStep other : run.steps()) {
      int start = other.golden().integer("gumbel_uniforms_offset");
      end = start > from ? Math.min(end, start) : end;
    }
    int rows = (end - from) / width;
    boolean fits = rows == run.initialCanvas().length || rows == step.open().length;
    if (from < 0 || (end - from) % width != 0 || !fits) {
      throw step.golden()
          .wrong(
              "gumbel_uniforms_offset",
              "%d numbers for each position of the canvas or for each masked one, found %d in all"
                  .formatted(width, end - from));
    }
    return rows;
  }
}
