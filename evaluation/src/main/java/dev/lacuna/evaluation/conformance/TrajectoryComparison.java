package dev.lacuna.evaluation.conformance;

import dev.lacuna.evaluation.conformance.replay.ExpectedStep;
import dev.lacuna.evaluation.conformance.replay.RecordingForwardPass;
import dev.lacuna.evaluation.conformance.replay.Replay;
import dev.lacuna.evaluation.conformance.replay.ReplayEngine;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.text.RunProgress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Compares what the engine did with a recorded run: how many steps, and of each the proposals and
 * their numbers, what left the mask, and the canvas.
 *
 * @param replay the run
 * @param facts of the model
 * @param finding where mismatches go
 */
record TrajectoryComparison(Replay replay, ModelFacts facts, Finding finding) {

  /** Of probabilities and margins, absolute. */
  static final double TOLERANCE = 1e-5;

  /** Of entropies, in nats: the errors of a whole vocabulary of logits add up. */
  static final double ENTROPY_TOLERANCE = 3e-5;

  /**
   * Compares a run of the engine.
   *
   * @param how alone or not, for messages
   */
  void compare(String how, List<ReplayEngine.Step> found) {
    int[] before = RunProgress.start(replay.plan()).maskTokens();
    for (int i = 0; i < Math.min(found.size(), replay.steps().size()); i++) {
      ExpectedStep expected = replay.steps().get(i);
      int[] after = found.get(i).report().progress().maskTokens();
      String where = expected.where() + " (" + how + ")";
      canvas(where + ", before it", canvas(before), expected.before());
      proposals(where, found.get(i).proposals(), expected);
      unmasked(where, before, after, expected);
      canvas(where, canvas(after), expected.after());
      before = after;
    }
    int forwardCalls = found.size() + replay.idleSteps();
    if (forwardCalls != replay.trajectory().forwardCalls()) {
      finding.mismatch(
          "%d forward passes (%s), expected %d"
              .formatted(forwardCalls, how, replay.trajectory().forwardCalls()));
    }
    canvas("final canvas (" + how + ")", canvas(before), replay.trajectory().finalCanvas());
    returned(how, canvas(before));
    replay
        .random()
        .unrecorded()
        .ifPresent(problem -> finding.mismatch("%s (%s)".formatted(problem, how)));
  }

  /** Compares proposals that the engine had no need of. */
  void compare(EveryProposal everyProposal) {
    for (int i = 0; i < replay.steps().size(); i++) {
      ExpectedStep expected = replay.steps().get(i);
      proposals(expected.where() + " (all positions)", everyProposal.of(i), expected);
    }
  }

  /** What the model said of positions that the record knows and the engine asked for. */
  private void proposals(
      String where, Map<Integer, RecordingForwardPass.Proposal> found, ExpectedStep expected) {
    int padding = replay.trajectory().padding();
    for (int position = padding; position < expected.after().length; position++) {
      RecordingForwardPass.Proposal proposal = found.get(position - padding);
      if (proposal == null) {
        continue;
      }
      int token = expected.proposals()[position];
      if (token != ExpectedStep.UNKNOWN && proposal.token() != token) {
        finding.mismatch(
            "%s, position %d: proposal is %d, expected %d"
                .formatted(where, position, proposal.token(), token));
      }
      double number = expected.numbers()[position];
      if (!Double.isNaN(number)) {
        double measured = replay.certainties() ? proposal.certainty() : proposal.confidence();
        String at = where + ", position " + position;
        finding.near("confidence", at, measured, number, tolerance());
      }
    }
  }

  private double tolerance() {
    boolean entropies = replay.certainties() && replay.settings().order() == UnmaskingOrder.ENTROPY;
    return entropies ? ENTROPY_TOLERANCE : TOLERANCE;
  }

  /** Which positions left the mask; where tokens are replaced, the canvas alone can tell. */
  private void unmasked(String where, int[] before, int[] after, ExpectedStep expected) {
    if (replay.trajectory().noise()) {
      return;
    }
    IntPredicate open = mask -> before[mask] == RunProgress.MASKED;
    list("masked positions", where, positions(open), expected.open());
    int[] unmasked = positions(open.and(mask -> after[mask] != RunProgress.MASKED));
    int[] filled =
        Arrays.stream(expected.filled())
            .filter(position -> !facts.staysMasked(expected.after()[position]))
            .toArray();
    list("unmasked positions", where, unmasked, filled);
  }

  /** Recorded positions of some masks of the plan. */
  private int[] positions(IntPredicate masks) {
    int[] positions = replay.plan().maskPositions();
    return IntStream.range(0, positions.length)
        .filter(masks)
        .map(mask -> positions[mask] + replay.trajectory().padding())
        .toArray();
  }

  private void list(String what, String where, int[] found, int[] expected) {
    if (!Arrays.equals(found, expected)) {
      finding.mismatch(
          "%s: %s are %s, expected %s"
              .formatted(where, what, Arrays.toString(found), Arrays.toString(expected)));
    }
  }

  /** The recorded canvas as the engine has it; what was never predicted is as it was. */
  private int[] canvas(int[] maskTokens) {
    int[] canvas = replay.trajectory().initialCanvas().clone();
    int[] positions = replay.plan().maskPositions();
    for (int mask = 0; mask < positions.length; mask++) {
      int token = maskTokens[mask];
      if (token != RunProgress.MASKED) {
        canvas[positions[mask] + replay.trajectory().padding()] = token;
      }
    }
    return canvas;
  }

  private void canvas(String where, int[] found, int[] expected) {
    for (int position = 0; position < expected.length; position++) {
      if (found[position] != expected[position]) {
        finding.mismatch(
            "%s, position %d: token is %d, expected %d"
                .formatted(where, position, found[position], expected[position]));
        return;
      }
    }
  }

  /** A function that leaves out the start of its canvas returns a shorter list. */
  private void returned(String how, int[] last) {
    int[] returned = replay.trajectory().golden().integersOrNull("returned");
    if (returned != null && returned.length <= last.length) {
      int[] end = Arrays.copyOfRange(last, last.length - returned.length, last.length);
      finding.same("tokens", "returned (" + how + ")", end, returned);
    }
  }
}
