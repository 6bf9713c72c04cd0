package dev.lacuna.deploy.demo;

import dev.lacuna.wire.StepTiming;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Step timings as series to plot. */
final class StepSeries {

  private StepSeries() {}

  /** One run of one request. */
  private record Run(String id, int sample, int pass) {}

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

  /** Masks left over all runs before the first step, after step 1, 2, …; ends with 0. */
  static double[] masksLeft(List<StepTiming> timings) {
    Map<Run, NavigableMap<Integer, StepTiming>> runs = new HashMap<>();
    int last = 0;
    for (StepTiming timing : timings) {
      runs.computeIfAbsent(
              new Run(timing.getId(), timing.getSample(), timing.getPass()), run -> new TreeMap<>())
          .put(timing.getStep(), timing);
      last = Math.max(last, timing.getStep());
    }
    List<Double> left = new ArrayList<>();
    for (int step = 0; step <= last && !runs.isEmpty(); step++) {
      int now = step;
      left.add(runs.values().stream().mapToDouble(steps -> after(steps, now)).sum());
    }
    return left.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static int after(NavigableMap<Integer, StepTiming> steps, int step) {
    Map.Entry<Integer, StepTiming> latest = steps.floorEntry(step);
    return latest == null
        ? steps.firstEntry().getValue().getMaskedBefore()
        : latest.getValue().getMaskedAfter();
  }
}
