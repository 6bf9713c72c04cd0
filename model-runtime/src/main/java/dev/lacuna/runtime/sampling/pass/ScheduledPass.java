package dev.lacuna.runtime.sampling.pass;

import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import java.util.stream.IntStream;

/** Each step unmasks as many as a schedule says, in one block after the other. */
final class ScheduledPass implements PassSampler {

  private final Blocks blocks;
  private final CountSchedule counts;
  private final UnmaskingOrder order;
  private final float epsilon;
  private final boolean masksMayStay;
  private final Ranks ranks;
  private final int[] lastSteps; // (blocks): number of each block's last step

  /**
   * A pass.
   *
   * @param masksMayStay whether a filled mask may be found open again, as in published samplers
   *     that propose the mask itself: the pass then ends with its steps, whatever is left
   */
  ScheduledPass(
      Blocks blocks,
      CountSchedule counts,
      UnmaskingOrder order,
      float epsilon,
      boolean masksMayStay,
      Ranks ranks) {
    this.blocks = blocks;
    this.counts = counts;
    this.order = order;
    this.epsilon = epsilon;
    this.masksMayStay = masksMayStay;
    this.ranks = ranks;
    this.lastSteps = new int[blocks.count()];
    int sum = 0;
    for (int block = 0; block < lastSteps.length; block++) {
      sum += steps(block);
      lastSteps[block] = sum;
    }
  }

  /** Equal parts of fewer masks than steps end when none is left. */
  private int steps(int block) {
    int masks = blocks.end(block) - blocks.first(block);
    int steps = blocks.steps(block);
    return counts == CountSchedule.EVEN ? Math.min(steps, masks) : steps;
  }

  @Override
  public int steps() {
    return lastSteps.length == 0 ? 0 : lastSteps[lastSteps.length - 1];
  }

  @Override
  public boolean over(int stepsDone, Masks masks) {
    return masks.openCount() == 0 || (masksMayStay && stepsDone >= steps());
  }

  @Override
  public int[] propose(int step, Masks masks) {
    int block = blockOf(step);
    // Of earlier blocks none is open, unless masks may stay.
    int[] open = masks.open(0, blocks.end(block));
    if (counts == CountSchedule.INDEPENDENT) {
      return ranks.below(open, step, schedule(block).share(stepOf(block, step)));
    }
    int count = count(block, step, open.length);
    if (order == UnmaskingOrder.RANDOM) {
      return ranks.highest(open, step, count);
    }
    return count == 0 ? new int[0] : open;
  }

  @Override
  public Choice choose(int step, Masks before, Proposals proposals) {
    int candidates = proposals.masks().length;
    if (order == UnmaskingOrder.RANDOM || counts == CountSchedule.INDEPENDENT) {
      return Choice.of(IntStream.range(0, candidates).toArray());
    }
    int block = blockOf(step);
    int count = count(block, step, candidates);
    return Choice.of(UnmaskingStep.mostCertain(proposals.certainties(), proposals.ends(), count));
  }

  /**
   * Masks to fill. Equal parts are counted once for a block (LLaDA {@code
   * get_num_transfer_tokens}), which differs from those of what is left only where masks stay.
   */
  private int count(int block, int step, int open) {
    if (!masksMayStay || counts != CountSchedule.EVEN) {
      return schedule(block).count(stepOf(block, step), open);
    }
    int masks = blocks.end(block) - blocks.first(block);
    int steps = steps(block);
    return Math.min(open, masks / steps + (stepOf(block, step) <= masks % steps ? 1 : 0));
  }

  private UnmaskingSchedule schedule(int block) {
    return new UnmaskingSchedule(counts, epsilon, steps(block));
  }

  private int blockOf(int step) {
    int block = 0;
    while (block < lastSteps.length - 1 && step > lastSteps[block]) {
      block++;
    }
    return block;
  }

  private int stepOf(int block, int step) {
    return block == 0 ? step : step - lastSteps[block - 1];
  }
}
