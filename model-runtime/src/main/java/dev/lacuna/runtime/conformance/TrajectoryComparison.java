package dev.lacuna.runtime.conformance;

import dev.lacuna.runtime.engine.RunProgress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Compares what the engine did with a recorded run: how many steps, and of each the proposals and
 * their numbers, what left the mask, and the canvas.
 *
 * @param replay the run
 * @param finding where mismatches go
 */
record TrajectoryComparison(Replay replay, Finding finding) {

  /** Absolute; of probabilities, margins and entropies in nats. */
  static final double TOLERANCE = 1e-5;

  /**
   * Compares a run of the engine.
   *
   * @param how alone or not, for messages
   */
  void compare(String how, List<ReplayEngine.Step> found) {
    replay
        .random()
        .unrecorded()
        .ifPresent(problem -> finding.mismatch("%s (%s)".formatted(problem, how)));
    List<ExpectedStep> expected = replay.steps();
    int[] before = mask();
    for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
      RunProgress progress = found.get(i).report().progress();
      String where = expected.get(i).where() + " (" + how + ")";
      proposals(where, found.get(i).proposals(), expected.get(i));
      filled(where, before, progress.maskTokens(), expected.get(i));
      canvas(where, canvas(progress), expected.get(i).after());
      before = progress.maskTokens();
    }
    if (found.size() != expected.size()) {
      finding.mismatch("%d steps (%s), expected %d".formatted(found.size(), how, expected.size()));
    }
    if (!found.isEmpty()) {
      int[] last = canvas(found.get(found.size() - 1).report().progress());
      canvas("final canvas (" + how + ")", last, replay.trajectory().finalCanvas());
      returned(how, last);
    }
  }

  private int[] mask() {
    int[] tokens = new int[replay.plan().maskCount()];
    Arrays.fill(tokens, RunProgress.MASKED);
    return tokens;
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
        finding.near("confidence", at, measured, number, TOLERANCE);
      }
    }
  }

  /** Which positions left the mask; where tokens are replaced, the canvas alone can tell. */
  private void filled(String where, int[] before, int[] after, ExpectedStep expected) {
    if (replay.trajectory().noise()) {
      return;
    }
    int[] positions = replay.plan().maskPositions();
    int[] filled =
        IntStream.range(0, positions.length)
            .filter(mask -> before[mask] == RunProgress.MASKED && after[mask] != before[mask])
            .map(mask -> positions[mask] + replay.trajectory().padding())
            .toArray();
    if (!Arrays.equals(filled, expected.filled())) {
      finding.mismatch(
          "%s: unmasked positions are %s, expected %s"
              .formatted(where, Arrays.toString(filled), Arrays.toString(expected.filled())));
    }
  }

  /** The recorded canvas as the engine has it; what was never predicted is as it was. */
  private int[] canvas(RunProgress progress) {
    int[] canvas = replay.trajectory().initialCanvas().clone();
    int[] positions = replay.plan().maskPositions();
    for (int mask = 0; mask < positions.length; mask++) {
      int token = progress.maskTokens()[mask];
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
