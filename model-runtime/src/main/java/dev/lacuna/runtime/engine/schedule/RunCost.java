package dev.lacuna.runtime.engine.schedule;

import dev.lacuna.runtime.engine.api.RunSpec;
import dev.lacuna.runtime.engine.api.StepCost;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import dev.lacuna.runtime.sampling.pass.PassSamplers;
import dev.lacuna.runtime.text.DocumentPlan;
import dev.lacuna.runtime.text.RunProgress;

/** What a run costs on a device that does nothing else. Pure: any thread may ask. */
public final class RunCost {

  private RunCost() {}

  /**
   * Device time of all steps left, each a forward pass of this run alone.
   *
   * @return microseconds
   */
  public static double aloneMicros(RunSpec spec, ModelFacts facts, StepCost cost) {
    RunProgress from = spec.from();
    int rows = spec.settings().guided() ? 2 : 1;
    double micros = 0;
    for (int number = from.pass(); number <= spec.plan().passes().size(); number++) {
      DocumentPlan.Pass pass = spec.plan().pass(number);
      int open = from.masked(pass.firstMask(), pass.firstMask() + pass.masks());
      int done = number == from.pass() ? from.stepsDone() : 0;
      int length = Buckets.padded(pass.length(), facts.canvasLimit());
      micros +=
          stepsLeft(spec, facts, pass.masks(), open, done) * cost.microsHalfMasked(rows, length);
    }
    return micros;
  }

  /** Steps that a pass still takes: the fewest possible where the model's sureness decides. */
  private static int stepsLeft(RunSpec spec, ModelFacts facts, int masks, int open, int done) {
    SamplingSettings settings = spec.settings();
    boolean again = facts.replacesTokens() && done > 0; // its tokens are known and predicted anew
    if (open == 0 && !again) {
      return 0;
    }
    if (bySureness(settings.rule())) {
      int block = settings.blockLength() == 0 ? open : settings.blockLength();
      return (open + block - 1) / block;
    }
    int number = spec.from().pass();
    int steps = PassSamplers.of(settings, facts, spec.random(), number, new int[masks]).steps();
    // A step that unmasks nothing needs no forward pass.
    int needed = facts.replacesTokens() ? steps - done : Math.min(steps - done, open);
    return Math.max(0, needed);
  }

  private static boolean bySureness(RevealRule rule) {
    return rule instanceof RevealRule.Threshold
        || rule instanceof RevealRule.Factor
        || rule instanceof RevealRule.EntropyBudget;
  }
}
