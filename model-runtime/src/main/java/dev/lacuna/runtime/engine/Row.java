package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.sampling.UnmaskingOrder;
import dev.lacuna.runtime.sampling.UnmaskingSchedule;
import dev.lacuna.runtime.sampling.UnmaskingStep;
import dev.lacuna.runtime.text.DocumentPlan;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One pass of a run and the state of its canvas.
 *
 * <p>Threading: owned by the engine's thread once submitted.
 *
 * <p>A mask has an index, its place among the pass's masks, and a position on the canvas.
 */
final class Row {

  private final RunSpec spec;
  private final ModelFacts facts;
  private final Consumer<RunEvent> observer;
  private final long arrival;
  private DocumentPlan.Pass pass;
  private UnmaskingSchedule schedule;
  private int[] canvas; // (canvas length)
  private int[] positions; // (masks): canvas position of each mask
  private boolean[] endAllowed; // (masks)
  private RunProgress progress;
  private int[] proposed = {}; // (proposals of this step): mask indices, ascending

  /**
   * Starts or resumes a run.
   *
   * @param arrival number of the run in its engine; breaks ties of age
   * @throws IllegalArgumentException if the progress or the canvas does not fit the plan and model
   */
  Row(RunSpec spec, ModelFacts facts, Consumer<RunEvent> observer, long arrival) {
    DocumentPlan plan = spec.plan();
    if (spec.from().maskTokens().length != plan.maskCount()
        || spec.from().confidences().length != plan.maskCount()) {
      throw new IllegalArgumentException("progress and plan differ in their number of masks");
    }
    this.spec = spec;
    this.facts = facts;
    this.observer = observer;
    this.arrival = arrival;
    this.progress = spec.from();
    layOut();
  }

  private void layOut() {
    DocumentPlan plan = spec.plan();
    pass = plan.pass(progress.pass());
    if (pass.length() > facts.canvasLimit() || pass.length() == 0) {
      throw new IllegalArgumentException(
          "canvas of " + pass.length() + " tokens; the limit is " + facts.canvasLimit());
    }
    schedule = UnmaskingSchedule.of(pass.masks(), spec.settings().steps());
    positions = positions(plan);
    endAllowed = endAllowed(plan);
    canvas = canvas(plan);
  }

  private int[] positions(DocumentPlan plan) {
    return Arrays.stream(plan.maskPositions(), pass.firstMask(), pass.firstMask() + pass.masks())
        .map(position -> position - pass.start())
        .toArray();
  }

  private boolean[] endAllowed(DocumentPlan plan) {
    boolean[] allowed = new boolean[plan.maskCount()];
    int mask = 0;
    for (DocumentPlan.BlankSpan blank : plan.blanks()) {
      Arrays.fill(allowed, mask, mask + blank.length(), blank.endAllowed());
      mask += blank.length();
    }
    return Arrays.copyOfRange(allowed, pass.firstMask(), pass.firstMask() + pass.masks());
  }

  /** The window, with what is known of its masks and of the blanks that earlier passes filled. */
  private int[] canvas(DocumentPlan plan) {
    int[] tokens = Arrays.copyOfRange(plan.tokens(), pass.start(), pass.end());
    int[] all = plan.maskPositions();
    for (int mask = 0; mask < pass.firstMask() + pass.masks(); mask++) {
      int position = all[mask] - pass.start();
      if (position >= 0) {
        int token = progress.maskTokens()[mask];
        tokens[position] = token == RunProgress.MASKED ? facts.maskToken() : token;
      }
    }
    return tokens;
  }

  RunSpec spec() {
    return spec;
  }

  long arrival() {
    return arrival;
  }

  int length() {
    return canvas.length;
  }

  int steps() {
    return schedule.steps();
  }

  RunProgress progress() {
    return progress;
  }

  /** Masks of the pass that are left. */
  int masked() {
    return progress.masked(pass.firstMask(), pass.firstMask() + pass.masks());
  }

  /** Goes on to the next pass; false if this was the last. */
  boolean nextPass() {
    int number = progress.pass() + 1;
    if (number > spec.plan().passes().size()) {
      return false;
    }
    progress =
        new RunProgress(
            number, 0, progress.stepsTotal(), progress.maskTokens(), progress.confidences());
    layOut();
    return true;
  }

  void tell(RunEvent event) {
    observer.accept(event);
  }

  /** Writes the row and the positions that its next step needs proposals for. */
  void fill(StepBatch batch, int row) {
    int start = row * batch.length;
    for (int i = 0; i < batch.length; i++) {
      batch.tokens[start + i] = i < canvas.length ? canvas[i] : facts.padToken();
    }
    batch.rowLengths[row] = canvas.length;
    proposed = masksToPropose();
    SamplingSettings settings = spec.settings();
    for (int mask : proposed) {
      int next = batch.positions++;
      batch.flatPositions[next] = (long) start + positions[mask];
      batch.uniforms[next] =
          spec.random()
              .uniform(
                  progress.pass(),
                  progress.stepsDone() + 1,
                  positions[mask],
                  CounterRandom.TOKEN_STREAM);
      batch.gumbelUniforms[next] =
          spec.random().gumbelUniforms(progress.pass(), progress.stepsDone() + 1, positions[mask]);
      batch.temperatures[next] = settings.temperature();
      batch.topP[next] = settings.topP();
      batch.topK[next] = settings.topK();
      batch.endAllowed[next] = endAllowed[mask];
    }
  }

  private int[] masksToPropose() {
    int[] open =
        IntStream.range(0, positions.length)
            .filter(mask -> progress.maskTokens()[pass.firstMask() + mask] == RunProgress.MASKED)
            .toArray();
    if (spec.settings().order() != UnmaskingOrder.RANDOM) {
      return open;
    }
    int step = progress.stepsDone() + 1;
    int[] openPositions = Arrays.stream(open).map(mask -> positions[mask]).toArray();
    int[] chosen =
        UnmaskingStep.random(
            openPositions, spec.random(), progress.pass(), step, schedule.count(step, open.length));
    return Arrays.stream(chosen).map(i -> open[i]).toArray();
  }

  /** Positions that {@link #fill} asked proposals for. */
  int proposals() {
    return proposed.length;
  }

  /**
   * Unmasks from the proposals for this row.
   *
   * @param first index of the row's first proposal in the batch
   * @return mean confidence of what was unmasked
   */
  float unmask(StepBatch batch, int first) {
    int[] chosen = choose(batch, first);
    int[] tokens = progress.maskTokens().clone();
    float[] confidences = progress.confidences().clone();
    double sum = 0;
    for (int i : chosen) {
      int mask = proposed[i];
      int token = checked(batch.proposals[first + i], endAllowed[mask]);
      tokens[pass.firstMask() + mask] = token;
      canvas[positions[mask]] = token;
      confidences[pass.firstMask() + mask] = batch.confidences[first + i];
      sum += batch.confidences[first + i];
    }
    progress =
        new RunProgress(
            progress.pass(),
            progress.stepsDone() + 1,
            progress.stepsTotal() + 1,
            tokens,
            confidences);
    return chosen.length == 0 ? Float.NaN : (float) (sum / chosen.length);
  }

  private int[] choose(StepBatch batch, int first) {
    int[] all = IntStream.range(0, proposed.length).toArray();
    if (spec.settings().order() == UnmaskingOrder.RANDOM) {
      return all;
    }
    boolean[] ends = new boolean[proposed.length];
    for (int i : all) {
      ends[i] = batch.proposals[first + i] == facts.endToken();
    }
    float[] confidences = Arrays.copyOfRange(batch.confidences, first, first + proposed.length);
    int count = schedule.count(progress.stepsDone() + 1, proposed.length);
    return UnmaskingStep.mostConfident(confidences, ends, count);
  }

  /** A mask that went onto the canvas as a token would never be noticed again. */
  private int checked(int token, boolean mayEnd) {
    boolean end = token == facts.endToken();
    if (!facts.mayPropose(token) || (end && !mayEnd)) {
      throw new IllegalStateException(
          "the forward pass of model '%s' proposed token %d, which is none or not allowed here"
              .formatted(facts.name(), token));
    }
    return token;
  }
}
