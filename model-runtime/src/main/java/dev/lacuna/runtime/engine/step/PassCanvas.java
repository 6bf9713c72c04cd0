package dev.lacuna.runtime.engine.step;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.StartNoise;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;
import java.util.Arrays;

/**
 * The canvas of one pass: its tokens, and where its masks are.
 *
 * <p>Threading: owned by its row.
 *
 * <p>A mask has an index, its place among the pass's masks, and a position on the canvas.
 */
final class PassCanvas {

  private final ModelFacts facts;
  private final int[] tokens; // (canvas length)
  private final boolean[] known; // (canvas length): whether a token was there before the pass
  private final int[] positions; // (masks)
  private final boolean[] endAllowed; // (masks)
  private final boolean firstGiven;

  /** Lays out the pass that a run is in. */
  PassCanvas(RunSpec spec, ModelFacts facts, RunProgress progress) {
    DocumentPlan plan = spec.plan();
    DocumentPlan.Pass pass = plan.pass(progress.pass());
    if (pass.length() > facts.canvasLimit() || pass.length() == 0) {
      throw new IllegalArgumentException(
          "canvas of " + pass.length() + " tokens; the limit is " + facts.canvasLimit());
    }
    this.facts = facts;
    this.tokens = Arrays.copyOfRange(plan.tokens(), pass.start(), pass.end());
    this.known = new boolean[tokens.length];
    this.positions = new int[pass.masks()];
    this.endAllowed = endAllowed(plan, pass);
    this.firstGiven = facts.firstIsGiven() && pass.start() == 0;
    Arrays.fill(known, true);
    layOut(spec, pass, progress);
  }

  private static boolean[] endAllowed(DocumentPlan plan, DocumentPlan.Pass pass) {
    boolean[] allowed = new boolean[plan.maskCount()];
    int mask = 0;
    for (DocumentPlan.BlankSpan blank : plan.blanks()) {
      Arrays.fill(allowed, mask, mask + blank.length(), blank.endAllowed());
      mask += blank.length();
    }
    return Arrays.copyOfRange(allowed, pass.firstMask(), pass.firstMask() + pass.masks());
  }

  /** What is known of the pass's masks, and of the blanks that earlier passes filled. */
  private void layOut(RunSpec spec, DocumentPlan.Pass pass, RunProgress progress) {
    int[] all = spec.plan().maskPositions();
    for (int mask = 0; mask < pass.firstMask() + pass.masks(); mask++) {
      int position = all[mask] - pass.start();
      if (position < 0) {
        continue;
      }
      int token = progress.maskTokens()[mask];
      tokens[position] =
          token == RunProgress.MASKED ? blankToken(spec, progress.pass(), position) : token;
      if (mask >= pass.firstMask()) {
        positions[mask - pass.firstMask()] = position;
        known[position] = false;
      }
    }
  }

  private int blankToken(RunSpec spec, int pass, int position) {
    return facts.replacesTokens()
        ? StartNoise.token(spec.random(), pass, position, facts.tokens())
        : facts.maskToken();
  }

  /** Tokens, without padding. */
  int length() {
    return tokens.length;
  }

  /** Canvas position of each mask, ascending; shape (masks). */
  int[] positions() {
    return positions;
  }

  boolean endAllowed(int mask) {
    return endAllowed[mask];
  }

  /** Whether no row predicts a mask, so that it takes the token that the document begins with. */
  boolean given(int mask) {
    return firstGiven && positions[mask] == 0;
  }

  int token(int mask) {
    return tokens[positions[mask]];
  }

  void put(int mask, int token) {
    tokens[positions[mask]] = token;
  }

  /**
   * Puts all tokens that are known.
   *
   * @param maskTokens one for each mask of the document, or {@link RunProgress#MASKED}
   * @param first index of the pass's first mask in it
   */
  void putAll(int[] maskTokens, int first) {
    for (int mask = 0; mask < positions.length; mask++) {
      if (maskTokens[first + mask] != RunProgress.MASKED) {
        put(mask, maskTokens[first + mask]);
      }
    }
  }

  /**
   * Writes the canvas as a row of a batch.
   *
   * @param unconditional whether the tokens known before the pass are masked, as guidance asks
   */
  void write(StepBatch batch, int row, boolean unconditional) {
    int start = row * batch.length;
    for (int i = 0; i < batch.length; i++) {
      batch.tokens[start + i] = i < tokens.length ? tokens[i] : facts.padToken();
      if (unconditional && i < tokens.length && known[i]) {
        batch.tokens[start + i] = facts.maskToken();
      }
    }
    batch.rowLengths[row] = tokens.length;
  }
}
