package dev.lacuna.runtime.sampling.pass;

import dev.lacuna.runtime.sampling.RevealRule;

/**
 * Each step unmasks as many as the model is sure of, in one block after the other, and at least as
 * many as the bound on steps asks for.
 */
final class AdaptivePass implements PassSampler {

  private final Blocks blocks;
  private final RevealRule rule;

  AdaptivePass(Blocks blocks, RevealRule rule) {
    this.blocks = blocks;
    this.rule = rule;
  }

  @Override
  public int steps() {
    return Math.max(blocks.count(), Math.min(blocks.masks(), blocks.stepsAsked()));
  }

  @Override
  public boolean over(int stepsDone, Masks masks) {
    return masks.openCount() == 0;
  }

  @Override
  public int[] propose(int step, Masks masks) {
    for (int block = 0; block < blocks.count(); block++) {
      int[] open = masks.open(blocks.first(block), blocks.end(block));
      if (open.length > 0) {
        return open;
      }
    }
    return new int[0];
  }

  @Override
  public Choice choose(int step, Masks before, Proposals proposals) {
    float[] ranked = UnmaskingStep.ranked(proposals.certainties(), proposals.ends());
    int sure = ranked.length == 0 ? 1 : RevealCounts.of(rule, ranked);
    int count = Math.max(sure, floor(step, before, proposals.masks().length));
    return Choice.of(UnmaskingStep.mostCertain(proposals.certainties(), proposals.ends(), count));
  }

  /**
   * What must be unmasked now for the pass to end in its steps: an equal part of the steps that are
   * left to this block, by its share of the open masks, with one step kept for each later block.
   */
  private int floor(int step, Masks masks, int openHere) {
    int stepsLeft = Math.max(1, steps() - step + 1);
    long shared = (long) stepsLeft * openHere / masks.openCount();
    long kept = (long) stepsLeft - laterBlocks(masks);
    return UnmaskingSchedule.ceilDiv(openHere, (int) Math.max(1, Math.min(shared, kept)));
  }

  private int laterBlocks(Masks masks) {
    int withWork = 0;
    for (int block = 0; block < blocks.count(); block++) {
      withWork += masks.open(blocks.first(block), blocks.end(block)).length > 0 ? 1 : 0;
    }
    return withWork - 1;
  }
}
