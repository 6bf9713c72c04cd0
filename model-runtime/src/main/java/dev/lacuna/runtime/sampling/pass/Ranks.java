package dev.lacuna.runtime.sampling.pass;

import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.RandomSource;
import java.util.Arrays;

/**
 * Random choices among the masks of a pass, one uniform number each: a mask's number depends on
 * step and position alone.
 *
 * @param positions canvas position of each mask, ascending; shape (masks)
 */
record Ranks(RandomSource random, int pass, int[] positions) {

  int masks() {
    return positions.length;
  }

  /** Of some masks those with the highest numbers, ascending. */
  int[] highest(int[] masks, int step, int count) {
    int[] candidates = Arrays.stream(masks).map(mask -> positions[mask]).toArray();
    int[] chosen = UnmaskingStep.random(candidates, random, pass, step, count);
    return Arrays.stream(chosen).map(i -> masks[i]).toArray();
  }

  /** Of some masks those whose numbers are below a share, ascending; all at a share of 1. */
  int[] below(int[] masks, int step, float share) {
    return Arrays.stream(masks).filter(mask -> uniform(mask, step) < share).toArray();
  }

  private float uniform(int mask, int step) {
    return random.uniform(pass, step, positions[mask], CounterRandom.ORDER_STREAM);
  }
}
