package dev.lacuna.runtime.sampling.pass;

import java.util.stream.IntStream;

/**
 * Blanks start from random tokens; each step predicts all of them anew, or a random part (SUNDAE,
 * AR2Diff). It takes just as many steps as asked.
 */
final class NoisePass implements PassSampler {

  private final int steps;
  private final float fraction;
  private final boolean predictsAll;
  private final Ranks ranks;

  /**
   * A pass.
   *
   * @param fraction share of the masks that a step predicts, in (0, 1]
   * @param predictsAll whether the last step also predicts what no step has: noise is no text
   */
  NoisePass(int steps, float fraction, boolean predictsAll, Ranks ranks) {
    this.steps = steps;
    this.fraction = fraction;
    this.predictsAll = predictsAll;
    this.ranks = ranks;
  }

  @Override
  public int steps() {
    return ranks.masks() == 0 ? 0 : steps;
  }

  @Override
  public boolean over(int stepsDone, Masks masks) {
    return stepsDone >= steps() || (stepsDone == 0 && masks.openCount() == 0);
  }

  @Override
  public int[] propose(int step, Masks masks) {
    int[] all = IntStream.range(0, ranks.masks()).toArray();
    int[] chosen = ranks.highest(all, step, part(fraction, all.length));
    if (step < steps || !predictsAll) {
      return chosen;
    }
    return IntStream.concat(IntStream.of(chosen), IntStream.of(masks.open(0, all.length)))
        .distinct()
        .sorted()
        .toArray();
  }

  @Override
  public Choice choose(int step, Masks before, Proposals proposals) {
    return Choice.of(IntStream.range(0, proposals.masks().length).toArray());
  }

  /**
   * {@code floor(fraction × masks)}, at least 1, with the fraction as the decimal number that was
   * written: 0.7 of 10 is 7, though the float nearest to 0.7 is below it.
   */
  static int part(float fraction, int masks) {
    return Math.max(1, (int) (Double.parseDouble(Float.toString(fraction)) * masks));
  }
}
