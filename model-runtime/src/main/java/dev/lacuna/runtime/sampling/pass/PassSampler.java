package dev.lacuna.runtime.sampling.pass;

import java.util.stream.IntStream;

/**
 * How one pass is sampled: which masks each step looks at, and which become tokens. Pure functions;
 * what a step does depends on its number and the masks' state alone, so that a run can go on from
 * any checkpoint.
 *
 * <p>A mask is named by its index among the pass's masks, from 0, in reading order.
 */
public interface PassSampler {

  /**
   * The masks of a pass before a step.
   *
   * @param open whether each was never predicted; shape (masks)
   * @param confidences with which each was predicted last, 0 where open; shape (masks)
   */
  record Masks(boolean[] open, float[] confidences) {

    /** Open masks from one index to before another, ascending. */
    int[] open(int first, int end) {
      return IntStream.range(first, end).filter(mask -> open[mask]).toArray();
    }

    /** Masks that are open. */
    public int openCount() {
      return open(0, open.length).length;
    }
  }

  /**
   * What a forward pass says of the masks of {@link #propose}.
   *
   * @param masks ascending; shape (proposals)
   * @param ends whether each proposal is the end token; shape (proposals)
   * @param certainties of each; shape (proposals)
   */
  record Proposals(int[] masks, boolean[] ends, float[] certainties) {}

  /**
   * What a step does.
   *
   * @param filled indices of the proposals whose tokens go onto the canvas, ascending
   * @param measured indices of the proposals whose confidences are kept, ascending
   */
  record Choice(int[] filled, int[] measured) {

    /** Tokens and confidences of the same proposals. */
    static Choice of(int[] filled) {
      return new Choice(filled, filled);
    }
  }

  /** Steps that the pass takes at most; a count schedule takes just as many. */
  int steps();

  /** Whether no step is left. */
  boolean over(int stepsDone, Masks masks);

  /**
   * Masks that a step needs proposals for, ascending; none where it unmasks nothing.
   *
   * @param step from 1
   */
  int[] propose(int step, Masks masks);

  /**
   * What becomes of the proposals.
   *
   * @param before the masks that {@link #propose} saw
   */
  Choice choose(int step, Masks before, Proposals proposals);
}
