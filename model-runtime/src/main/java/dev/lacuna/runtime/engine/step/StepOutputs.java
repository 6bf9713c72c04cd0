package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.ModelFacts;

/** Looks at what a forward pass gave for one position. */
final class StepOutputs {

  private StepOutputs() {}

  /**
   * What is wrong with it, null if nothing is. A mask that went onto the canvas as a token would
   * never be noticed again, nor would an order by numbers that are none.
   *
   * @param endAllowed whether the end token may be proposed here
   */
  static String fault(StepBatch batch, int position, ModelFacts facts, boolean endAllowed) {
    float confidence = batch.confidences[position];
    if (!Float.isFinite(confidence)) {
      return "confidence " + confidence;
    }
    float certainty = batch.certainties[position];
    if (!Float.isFinite(certainty)) {
      return "certainty " + certainty;
    }
    int token = batch.proposals[position];
    boolean end = facts.special().hasEnd() && token == facts.endToken();
    if (!facts.mayPropose(token) || (end && !endAllowed)) {
      return "token " + token + ", which is none or not allowed there";
    }
    return null;
  }
}
