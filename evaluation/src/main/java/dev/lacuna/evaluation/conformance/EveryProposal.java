package dev.lacuna.evaluation.conformance;

import dev.lacuna.evaluation.conformance.replay.ExpectedStep;
import dev.lacuna.evaluation.conformance.replay.RecordingForwardPass;
import dev.lacuna.evaluation.conformance.replay.Replay;
import dev.lacuna.runtime.engine.api.ForwardPass;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.Certainty;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What the serving graph proposes for all open positions of a recorded step. The engine asks for no
 * more than its step needs: in random orders for the positions that it has chosen, in blocks for
 * those of the block; the published samplers record all.
 *
 * @param replay the run
 * @param facts of the model
 * @param pass its forward pass
 */
record EveryProposal(Replay replay, ModelFacts facts, ForwardPass pass) {

  /**
   * Proposals by position of the plan's canvas.
   *
   * @param index of the step among those of the replay
   */
  Map<Integer, RecordingForwardPass.Proposal> of(int index) {
    ExpectedStep step = replay.steps().get(index);
    int padding = replay.trajectory().padding();
    int[] canvas = Arrays.copyOfRange(step.before(), padding, step.before().length);
    StepBatch batch = new StepBatch(2, canvas.length);
    batch.rows = replay.settings().guided() ? 2 : 1;
    batch.length = canvas.length;
    Arrays.fill(batch.rowLengths, canvas.length);
    write(batch, canvas);
    for (int position : step.open()) {
      if (!given(position - padding)) {
        ask(batch, index, position - padding);
      }
    }
    pass.run(batch);
    Map<Integer, RecordingForwardPass.Proposal> proposals = new HashMap<>();
    for (int i = 0; i < batch.positions; i++) {
      proposals.put(
          (int) batch.flatPositions[i],
          new RecordingForwardPass.Proposal(
              batch.proposals[i], batch.confidences[i], batch.certainties[i]));
    }
    return proposals;
  }

  private boolean given(int position) {
    return position == 0 && facts.firstIsGiven();
  }

  /** The canvas, and behind it the one of guidance, in which all that was known is masked. */
  private void write(StepBatch batch, int[] canvas) {
    for (int i = 0; i < canvas.length; i++) {
      batch.tokens[i] = canvas[i];
      batch.tokens[canvas.length + i] = replay.settings().guided() ? facts.maskToken() : 0;
    }
    for (int blank : replay.plan().maskPositions()) {
      batch.tokens[canvas.length + blank] = canvas[blank];
    }
  }

  private void ask(StepBatch batch, int index, int position) {
    SamplingSettings settings = replay.settings();
    int next = batch.positions++;
    batch.flatPositions[next] = position;
    batch.gumbelUniforms[next] = replay.random().gumbelUniforms(1, index + 1, position);
    batch.temperatures[next] = settings.temperature();
    batch.topP[next] = settings.topP();
    batch.topK[next] = settings.topK();
    batch.endAllowed[next] = true;
    batch.certaintyKinds[next] = Certainty.of(settings.order());
    batch.certaintyFiltered[next] = facts.conventions().filteredCertainty();
    if (settings.guided()) {
      int twin = batch.guided++;
      batch.guidedIndices[twin] = next;
      batch.guidedFlatPositions[twin] = (long) batch.length + position;
      batch.guidanceScales[twin] = settings.guidanceScale();
    }
  }
}
