package dev.lacuna.runtime.sampling.pass;

import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.RandomSource;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;

/** Finds the sampler of a pass. */
public final class PassSamplers {

  private PassSamplers() {}

  /**
   * The sampler that settings and family ask for.
   *
   * @param pass number of the pass, from 1
   * @param positions canvas position of each mask, ascending; shape (masks)
   */
  public static PassSampler of(
      SamplingSettings settings, ModelFacts facts, RandomSource random, int pass, int[] positions) {
    Ranks ranks = new Ranks(random, pass, positions);
    if (settings.rule() instanceof RevealRule.Unrolled unrolled) {
      return new UnrolledPass(settings.engineSteps(), unrolled.share(), positions.length);
    }
    if (facts.replacesTokens()) {
      return new NoisePass(
          settings.steps(), settings.updateFraction(), !facts.openVocabulary(), ranks);
    }
    Blocks blocks = Blocks.of(positions.length, settings.blockLength(), settings.steps());
    if (settings.rule() instanceof RevealRule.Scheduled scheduled) {
      return new ScheduledPass(
          blocks,
          scheduled.schedule(),
          settings.order(),
          facts.conventions().timestepEpsilon(),
          facts.openVocabulary(),
          ranks);
    }
    return new AdaptivePass(blocks, settings.rule());
  }
}
