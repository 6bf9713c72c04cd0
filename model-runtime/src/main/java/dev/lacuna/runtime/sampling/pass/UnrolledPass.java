package dev.lacuna.runtime.sampling.pass;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Uniform noise, each step but the first in two forward passes: all tokens are replaced, then those
 * once more of which the step before was least sure (SUNDAE's {@code argmax_unrolled}). So S steps
 * are 2S − 1 steps here: odd ones measure, even ones replace all without measuring.
 */
final class UnrolledPass implements PassSampler {

  private final int forwardPasses;
  private final int unsure;
  private final int masks;

  UnrolledPass(int forwardPasses, float share, int masks) {
    this.forwardPasses = forwardPasses;
    this.unsure = NoisePass.part(share, masks);
    this.masks = masks;
  }

  @Override
  public int steps() {
    return masks == 0 ? 0 : forwardPasses;
  }

  @Override
  public boolean over(int stepsDone, Masks states) {
    return stepsDone >= steps() || (stepsDone == 0 && states.openCount() == 0);
  }

  @Override
  public int[] propose(int step, Masks states) {
    return IntStream.range(0, masks).toArray();
  }

  @Override
  public Choice choose(int step, Masks before, Proposals proposals) {
    int[] all = IntStream.range(0, masks).toArray();
    if (step == 1) {
      return Choice.of(all);
    }
    return step % 2 == 0
        ? new Choice(all, new int[0])
        : new Choice(leastSure(before.confidences()), all);
  }

  private int[] leastSure(float[] confidences) {
    return IntStream.range(0, masks)
        .boxed()
        .sorted(Comparator.comparing((Integer mask) -> confidences[mask]))
        .limit(unsure)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
