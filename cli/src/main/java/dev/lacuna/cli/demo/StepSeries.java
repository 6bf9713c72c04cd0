package dev.lacuna.cli.demo;

import dev.lacuna.wire.StepTiming;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Step timings as series to plot. */
final class StepSeries {

  private static final Comparator<Step> BY_PASS =
      Comparator.comparingInt(Step::pass).thenComparingInt(Step::number);

  private StepSeries() {}

  /** One run of one request. */
  private record Run(String id, int sample) {}

  /** One step of a run, in the order in which a run takes them. */
  private record Step(int pass, int number) {}

  /** One forward pass of one worker. */
  private record Batch(String workerId, long sequence) {}

  /** Device and host time of each forward pass, in milliseconds, in the order of their starts. */
  static double[] stepMillis(List<StepTiming> timings) {
    Map<Batch, StepTiming> batches = new HashMap<>();
    for (StepTiming timing : timings) {
      batches.putIfAbsent(new Batch(timing.getWorkerId(), timing.getBatchSequence()), timing);
    }
    return batches.values().stream()
        .sorted(Comparator.comparing(StepTiming::getStartedAt))
        .mapToDouble(timing -> (timing.getDeviceMicros() + timing.getHostMicros()) / 1000.0)
        .toArray();
  }

  /**
   * Masks left over all runs before the first step, after step 1, 2, …; ends with 0. The steps of a
   * run of several passes count on from one pass to the next.
   */
  static double[] masksLeft(List<StepTiming> timings) {
    Map<Run, NavigableMap<Step, StepTiming>> runs = new HashMap<>();
    for (StepTiming timing : timings) {
      runs.computeIfAbsent(
              new Run(timing.getId(), timing.getSample()), run -> new TreeMap<>(BY_PASS))
          .put(new Step(timing.getPass(), timing.getStep()), timing);
    }
    List<int[]> series = runs.values().stream().map(StepSeries::masksLeftOfRun).toList();
    int longest = series.stream().mapToInt(left -> left.length).max().orElse(0);
    double[] sum = new double[longest];
    for (int[] left : series) {
      for (int step = 0; step < left.length; step++) {
        sum[step] += left[step];
      }
    }
    return sum;
  }

  /** Shape (steps + 1): a step takes away what it unmasked. */
  private static int[] masksLeftOfRun(NavigableMap<Step, StepTiming> steps) {
    int[] left = new int[steps.size() + 1];
    int step = steps.size();
    for (StepTiming timing : steps.descendingMap().values()) {
      left[step - 1] = left[step] + timing.getMaskedBefore() - timing.getMaskedAfter();
      step--;
    }
    return left;
  }
}
