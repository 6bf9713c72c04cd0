package dev.lacuna.runtime.sampling.pass;

/**
 * The masks of a pass in reading order, cut into blocks that are filled one after another
 * (semi-autoregressive, LLaDA {@code generate}), and the steps of each.
 *
 * <p>Where the numbers divide evenly these are LLaDA's; else the last block is shorter, and the
 * remainder of the steps goes to the first blocks. Every block has at least one step.
 *
 * @param masks masks of the pass
 * @param length masks of a block but the last, at least 1
 * @param stepsAsked steps of the pass that the request asks for, at least 1
 */
record Blocks(int masks, int length, int stepsAsked) {

  /** Blocks of a pass; a block length of 0 puts all masks in one. */
  static Blocks of(int masks, int blockLength, int stepsAsked) {
    return new Blocks(masks, blockLength == 0 ? Math.max(1, masks) : blockLength, stepsAsked);
  }

  int count() {
    return UnmaskingSchedule.ceilDiv(masks, length);
  }

  /** Index of a block's first mask; the block from 0. */
  int first(int block) {
    return block * length;
  }

  /** Index behind a block's last mask. */
  int end(int block) {
    return Math.min(masks, first(block) + length);
  }

  /** Steps of a block. */
  int steps(int block) {
    int share = stepsAsked / count() + (block < stepsAsked % count() ? 1 : 0);
    return Math.max(1, share);
  }
}
