package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.util.List;

/** Settings of recorded runs: all tokens are kept, and no seed is used. */
final class ReplaySettings {

  private ReplaySettings() {}

  /** Steps that a schedule counts; a block length of 0 is one block. */
  static SamplingSettings of(
      int steps,
      UnmaskingOrder order,
      CountSchedule schedule,
      float temperature,
      float guidance,
      int blockLength) {
    return new SamplingSettings(
        steps,
        order,
        new RevealRule.Scheduled(schedule),
        temperature,
        1f,
        0,
        guidance,
        blockLength,
        1f,
        List.of(),
        0);
  }
}
