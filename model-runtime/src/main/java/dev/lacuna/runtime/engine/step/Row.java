package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.engine.api.RunEvent;
import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.engine.schedule.ScheduledRun;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.Certainty;
import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.sampling.TextEnd;
import dev.lacuna.runtime.sampling.pass.PassSampler;
import dev.lacuna.runtime.sampling.pass.PassSampler.Choice;
import dev.lacuna.runtime.sampling.pass.PassSampler.Masks;
import dev.lacuna.runtime.sampling.pass.PassSampler.Proposals;
import dev.lacuna.runtime.sampling.pass.PassSamplers;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One pass of a run and the state of its canvas.
 *
 * <p>Threading: owned by the engine's thread once submitted.
 */
public final class Row {

  private final RunSpec spec;
  private final ModelFacts facts;
  private final Consumer<RunEvent> observer;
  private final long arrival;
  private final TextEnd textEnd;
  private final Certainty certainty;
  private DocumentPlan.Pass pass;
  private PassCanvas canvas;
  private PassSampler sampler;
  private RunProgress progress;
  private int[] proposed = {}; // (proposals of this step): mask indices, ascending
  private int firstProposal; // index in the batch of the first that the forward pass makes
  private int forwardRows; // rows of the batch that this step needs: 0, 1, or 2 with guidance
  private boolean alone; // shares its forward passes with nobody
  private ScheduledRun<Row> scheduled; // null before the run is taken in

  /**
   * Starts or resumes a run.
   *
   * @param arrival number of the run in its engine; breaks ties of age
   * @throws IllegalArgumentException if the progress or the canvas does not fit the plan and model
   */
  public Row(RunSpec spec, ModelFacts facts, Consumer<RunEvent> observer, long arrival) {
    DocumentPlan plan = spec.plan();
    if (spec.from().maskTokens().length != plan.maskCount()
        || spec.from().confidences().length != plan.maskCount()) {
      throw new IllegalArgumentException("progress and plan differ in their number of masks");
    }
    if (spec.settings().guided() && !facts.special().hasMask()) {
      throw new IllegalArgumentException(
          "guidance masks the prompt, and model '" + facts.name() + "' has no mask");
    }
    this.spec = spec;
    this.facts = facts;
    this.observer = observer;
    this.arrival = arrival;
    this.textEnd = new TextEnd(facts, spec.settings());
    this.certainty = Certainty.of(spec.settings().order());
    this.progress = spec.from();
    this.alone = spec.alone();
    layOut();
  }

  private void layOut() {
    pass = spec.plan().pass(progress.pass());
    canvas = new PassCanvas(spec, facts, progress);
    sampler =
        PassSamplers.of(spec.settings(), facts, spec.random(), progress.pass(), canvas.positions());
  }

  /** What was asked for. */
  public RunSpec spec() {
    return spec;
  }

  /** Number of the run in its engine. */
  public long arrival() {
    return arrival;
  }

  /** The run as its scheduler knows it; null before it is taken in. */
  public ScheduledRun<Row> scheduled() {
    return scheduled;
  }

  /** Whether the run shares its forward passes with nobody. */
  public boolean alone() {
    return alone;
  }

  /** From its next step on, and in its further passes, the run is in company. */
  public void share() {
    alone = false;
  }

  /** Notes that the run was taken in. */
  public void hold(ScheduledRun<Row> scheduled) {
    this.scheduled = scheduled;
  }

  /** Tokens of the canvas of its pass. */
  public int length() {
    return canvas.length();
  }

  /** Steps that its pass takes at most, those done included. */
  public int steps() {
    return sampler.steps();
  }

  /** Rows of a forward pass that the run may take. */
  public int slots() {
    return spec.settings().guided() ? 2 : 1;
  }

  /** Rows that it takes of the forward pass that {@link #fill} prepared. */
  int forwardRows() {
    return forwardRows;
  }

  /** How far the run is. */
  public RunProgress progress() {
    return progress;
  }

  /** Masks of the pass that no step has predicted. */
  public int masked() {
    return progress.masked(pass.firstMask(), pass.firstMask() + pass.masks());
  }

  /** Whether the pass has no step left. */
  public boolean over() {
    return sampler.over(progress.stepsDone(), masks());
  }

  private Masks masks() {
    boolean[] open = new boolean[pass.masks()];
    for (int mask = 0; mask < open.length; mask++) {
      open[mask] = progress.maskTokens()[pass.firstMask() + mask] == RunProgress.MASKED;
    }
    int end = pass.firstMask() + pass.masks();
    return new Masks(open, Arrays.copyOfRange(progress.confidences(), pass.firstMask(), end));
  }

  /** Goes on to the next pass that has something to fill; false if there is none. */
  public boolean nextPass() {
    for (int number = progress.pass() + 1; number <= spec.plan().passes().size(); number++) {
      DocumentPlan.Pass next = spec.plan().pass(number);
      if (progress.masked(next.firstMask(), next.firstMask() + next.masks()) > 0) {
        progress =
            new RunProgress(
                number, 0, progress.stepsTotal(), progress.maskTokens(), progress.confidences());
        layOut();
        return true;
      }
    }
    return false;
  }

  /** Tells whoever waits for the run. */
  public void tell(RunEvent event) {
    observer.accept(event);
  }

  /** Adds the rows and positions that the next step needs of a forward pass, perhaps none. */
  void fill(StepBatch batch) {
    proposed = sampler.propose(progress.stepsDone() + 1, masks());
    firstProposal = batch.positions;
    int row = batch.rows;
    for (int mask : proposed) {
      if (!canvas.given(mask)) {
        addPosition(batch, row, mask);
      }
    }
    forwardRows = batch.positions == firstProposal ? 0 : slots();
    batch.rows += forwardRows;
    if (forwardRows > 0) {
      canvas.write(batch, row, false);
    }
    if (forwardRows > 1) {
      canvas.write(batch, row + 1, true);
    }
  }

  private void addPosition(StepBatch batch, int row, int mask) {
    SamplingSettings settings = spec.settings();
    int step = progress.stepsDone() + 1;
    int position = canvas.positions()[mask];
    int next = batch.positions++;
    batch.flatPositions[next] = (long) row * batch.length + position;
    batch.uniforms[next] =
        spec.random().uniform(progress.pass(), step, position, CounterRandom.TOKEN_STREAM);
    batch.gumbelUniforms[next] = spec.random().gumbelUniforms(progress.pass(), step, position);
    batch.temperatures[next] = settings.temperature();
    batch.topP[next] = settings.topP();
    batch.topK[next] = settings.topK();
    batch.endAllowed[next] = canvas.endAllowed(mask);
    batch.certaintyKinds[next] = certainty;
    batch.certaintyFiltered[next] = facts.conventions().filteredCertainty();
    if (settings.guided()) {
      int twin = batch.guided++;
      batch.guidedIndices[twin] = next;
      batch.guidedFlatPositions[twin] = (long) (row + 1) * batch.length + position;
      batch.guidanceScales[twin] = settings.guidanceScale();
    }
  }

  /** What makes the proposals for this row useless, if anything does: {@code confidence NaN}. */
  Optional<String> fault(StepBatch batch) {
    int next = firstProposal;
    for (int mask : proposed) {
      if (!canvas.given(mask)) {
        String fault = StepOutputs.fault(batch, next++, facts, canvas.endAllowed(mask));
        if (fault != null) {
          return Optional.of(fault);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Takes the step: fills from the proposals for this row, in which {@link #fault} found none.
   *
   * @return mean confidence of the tokens that went onto the canvas
   */
  float unmask(StepBatch batch) {
    int[] tokens = new int[proposed.length];
    float[] confidences = new float[proposed.length];
    Choice choice = choose(batch, tokens, confidences);
    int[] maskTokens = progress.maskTokens().clone();
    float[] maskConfidences = progress.confidences().clone();
    double sum = 0;
    for (int i : choice.filled()) {
      if (facts.staysMasked(tokens[i])) {
        continue;
      }
      maskTokens[pass.firstMask() + proposed[i]] = tokens[i];
      canvas.put(proposed[i], tokens[i]);
      sum += confidences[i];
    }
    for (int i : choice.measured()) {
      maskConfidences[pass.firstMask() + proposed[i]] = confidences[i];
    }
    advance(maskTokens, maskConfidences);
    return choice.filled().length == 0 ? Float.NaN : (float) (sum / choice.filled().length);
  }

  /** Reads the proposals and chooses among them; writes their tokens and confidences. */
  private Choice choose(StepBatch batch, int[] tokens, float[] confidences) {
    boolean[] ends = new boolean[proposed.length];
    float[] certainties = new float[proposed.length];
    int next = firstProposal;
    for (int i = 0; i < proposed.length; i++) {
      if (canvas.given(proposed[i])) {
        tokens[i] = spec.plan().tokens()[0];
        confidences[i] = 1f;
        certainties[i] = certainty.highest();
      } else {
        tokens[i] = batch.proposals[next];
        confidences[i] = batch.confidences[next];
        certainties[i] = batch.certainties[next];
        ends[i] = facts.special().hasEnd() && tokens[i] == facts.endToken();
        next++;
      }
    }
    return sampler.choose(
        progress.stepsDone() + 1, masks(), new Proposals(proposed, ends, certainties));
  }

  private void advance(int[] tokens, float[] confidences) {
    int number = progress.pass();
    int stepsDone = progress.stepsDone() + 1;
    int stepsTotal = progress.stepsTotal() + 1;
    progress = new RunProgress(number, stepsDone, stepsTotal, tokens, confidences);
    boolean replaced = facts.replacesTokens();
    if (replaced && over()) {
      keepNoise(tokens);
    }
    if (!replaced || over()) {
      EarlyEnd.fill(spec.plan(), textEnd, tokens, confidences);
      canvas.putAll(tokens, pass.firstMask());
    }
  }

  /** What was never predicted stays what it was from the start, where a sampler leaves any. */
  private void keepNoise(int[] tokens) {
    for (int mask = 0; mask < pass.masks(); mask++) {
      if (tokens[pass.firstMask() + mask] == RunProgress.MASKED) {
        tokens[pass.firstMask() + mask] = canvas.token(mask);
      }
    }
  }
}
