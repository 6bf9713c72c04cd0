package dev.lacuna.runtime.engine;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.sampling.UnmaskingOrder;
import dev.lacuna.runtime.sampling.UnmaskingSchedule;
import dev.lacuna.runtime.sampling.UnmaskingStep;
import dev.lacuna.runtime.text.CanvasPlan;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One run and the state of its canvas.
 *
 * <p>Threading: owned by the engine's thread once submitted.
 *
 * <p>A mask has an index, its place among the plan's masks, and a position on the canvas.
 */
final class Row {

  private final RunSpec spec;
  private final ModelFacts facts;
  private final Consumer<RunEvent> observer;
  private final long arrival;
  private final UnmaskingSchedule schedule;
  private final int[] canvas; // (canvas length)
  private final int[] positions; // (masks): canvas position of each mask
  private final boolean[] endAllowed; // (masks)
  private RunProgress progress;
  private int[] proposed = {}; // (proposals of this step): mask indices, ascending

  /**
   * Starts or resumes a run.
   *
   * @param arrival number of the run in its engine; breaks ties of age
   * @throws IllegalArgumentException if the progress or the canvas does not fit the plan and model
   */
  Row(RunSpec spec, ModelFacts facts, Consumer<RunEvent> observer, long arrival) {
    CanvasPlan plan = spec.plan();
    if (plan.length() > facts.canvasLimit() || plan.length() == 0) {
      throw new IllegalArgumentException(
          "canvas of " + plan.length() + " tokens; the limit is " + facts.canvasLimit());
    }
    if (spec.from().maskTokens().length != plan.maskCount()
        || spec.from().confidences().length != plan.maskCount()) {
      throw new IllegalArgumentException("progress and plan differ in their number of masks");
    }
    this.spec = spec;
    this.facts = facts;
    this.observer = observer;
    this.arrival = arrival;
    this.progress = spec.from();
    this.schedule = UnmaskingSchedule.of(plan.maskCount(), spec.settings().steps());
    this.positions = plan.maskPositions();
    this.endAllowed = endAllowed(plan);
    this.canvas = plan.tokens().clone();
    for (int mask = 0; mask < positions.length; mask++) {
      int token = progress.maskTokens()[mask];
      canvas[positions[mask]] = token == RunProgress.MASKED ? facts.maskToken() : token;
    }
  }

  private static boolean[] endAllowed(CanvasPlan plan) {
    boolean[] allowed = new boolean[plan.maskCount()];
    int mask = 0;
    for (CanvasPlan.BlankSpan blank : plan.blanks()) {
      Arrays.fill(allowed, mask, mask + blank.length(), blank.endAllowed());
      mask += blank.length();
    }
    return allowed;
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

  int masked() {
    return progress.masked();
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
          CounterRandom.uniform(
              settings.seed(),
              spec.sample(),
              spec.pass(),
              progress.stepsDone() + 1,
              positions[mask],
              CounterRandom.TOKEN_STREAM);
      batch.temperatures[next] = settings.temperature();
      batch.topP[next] = settings.topP();
      batch.topK[next] = settings.topK();
      batch.endAllowed[next] = endAllowed[mask];
    }
  }

  private int[] masksToPropose() {
    int[] open =
        IntStream.range(0, positions.length)
            .filter(mask -> progress.maskTokens()[mask] == RunProgress.MASKED)
            .toArray();
    if (spec.settings().order() != UnmaskingOrder.RANDOM) {
      return open;
    }
    int step = progress.stepsDone() + 1;
    int[] openPositions = Arrays.stream(open).map(mask -> positions[mask]).toArray();
    int[] chosen =
        UnmaskingStep.random(
            openPositions,
            spec.settings(),
            spec.sample(),
            spec.pass(),
            step,
            schedule.count(step, open.length));
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
      tokens[mask] = token;
      canvas[positions[mask]] = token;
      confidences[mask] = batch.confidences[first + i];
      sum += confidences[mask];
    }
    progress = new RunProgress(progress.stepsDone() + 1, tokens, confidences);
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
    if (token < 0
        || token >= facts.tokens()
        || token == facts.maskToken()
        || (end && !mayEnd)
        || (token == facts.padToken() && !end)) {
      throw new IllegalStateException(
          "the forward pass of model '%s' proposed token %d, which is none or not allowed here"
              .formatted(facts.name(), token));
    }
    return token;
  }
}
