package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.evaluation.conformance.kit.Parameters;
import dev.lacuna.evaluation.conformance.kit.RecordedStep;
import dev.lacuna.evaluation.conformance.kit.Trajectory;
import dev.lacuna.runtime.facts.CountSchedule;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.UnmaskingOrder;
import dev.lacuna.runtime.sampling.RevealRule;
import dev.lacuna.runtime.sampling.SamplingSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Decoding from uniform noise (SUNDAE, AR2Diff): {@code argmax}, {@code subset} and unrolled. */
final class NoiseDecoding {

  /** Any two numbers would do, as long as the chosen positions have the higher one. */
  private static final double CHOSEN = 0.75;

  private static final double LEFT = 0.25;

  private NoiseDecoding() {}

  static Replay replay(Trajectory run, Parameters parameters, ModelFacts facts, int tag) {
    int steps = parameters.positive("steps");
    return switch (parameters.text("mode")) {
      case "argmax" ->
          replay(run, facts, tag, settings(steps, 1f, scheduled()), updates(run, false));
      case "subset" -> {
        float fraction = parameters.fraction("fraction");
        yield replay(run, facts, tag, settings(steps, fraction, scheduled()), updates(run, true));
      }
      case "argmax_unrolled" -> {
        RevealRule rule = new RevealRule.Unrolled(parameters.fraction("rho"));
        yield replay(run, facts, tag, settings(steps, 1f, rule), unrolled(run));
      }
      default -> throw parameters.wrong("mode", "argmax, subset or argmax_unrolled");
    };
  }

  private static RevealRule scheduled() {
    return new RevealRule.Scheduled(CountSchedule.EVEN);
  }

  private static SamplingSettings settings(int steps, float fraction, RevealRule rule) {
    return new SamplingSettings(
        steps, UnmaskingOrder.RANDOM, rule, 0f, 1f, 0, 0f, 0, fraction, List.of(), 0);
  }

  private static Replay replay(
      Trajectory run,
      ModelFacts facts,
      int tag,
      SamplingSettings settings,
      List<ExpectedStep> steps) {
    ReplayRandom random = new ReplayRandom(tag, steps.size(), run.length());
    for (int blank : run.blanks()) {
      int token = run.initialCanvas()[blank];
      if (token < 0 || token >= facts.tokens()) {
        throw run.golden().wrong("initial_canvas", "token ids below " + facts.tokens());
      }
      random.start(blank - run.padding(), token, facts.tokens());
      for (int step = 0; step < steps.size(); step++) {
        boolean chosen = Arrays.binarySearch(steps.get(step).filled(), blank) >= 0;
        random.order(step, blank - run.padding(), chosen ? CHOSEN : LEFT);
      }
    }
    return new Replay(run, Recordings.plan(run), settings, random, 0f, false, steps);
  }

  private static List<ExpectedStep> updates(Trajectory run, boolean subset) {
    return run.steps().stream()
        .map(
            step ->
                ExpectedStep.of(
                    step,
                    subset ? step.positions("updated_positions") : step.open(),
                    "confidences"))
        .toList();
  }

  /** Each recorded step but the first is two forward passes of the engine. */
  private static List<ExpectedStep> unrolled(Trajectory run) {
    List<ExpectedStep> steps = new ArrayList<>();
    for (RecordedStep step : run.steps()) {
      ExpectedStep all = ExpectedStep.of(step, step.open(), "confidences");
      if (steps.isEmpty()) {
        steps.add(all);
        continue;
      }
      int[] replaced = step.canvasIn().clone();
      ExpectedStep.put(replaced, step.open(), step.ofOpen("proposals"));
      steps.add(all.withAfter(replaced));
      steps.add(second(step, replaced));
    }
    return steps;
  }

  private static ExpectedStep second(RecordedStep step, int[] replaced) {
    int[] again = step.positions("uncertain_positions");
    int[] proposals = ExpectedStep.unknown(replaced.length);
    ExpectedStep.put(proposals, again, step.listed("second_proposals", again.length));
    double[] numbers = new double[replaced.length];
    Arrays.fill(numbers, Double.NaN);
    String where = step.where() + ", second pass";
    return new ExpectedStep(
        where, replaced, step.canvasOut(), step.open(), again, proposals, numbers);
  }
}
