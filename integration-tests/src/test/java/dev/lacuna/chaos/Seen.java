package dev.lacuna.chaos;

import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What public topics say of one id.
 *
 * <p>Threading: guarded by its oracle.
 */
final class Seen {
  private final List<GenerationCompletion> completions = new ArrayList<>();
  private final List<String> places = new ArrayList<>();

  /** Steps seen, by pass and sample. */
  private final Map<String, BitSet> steps = new TreeMap<>();

  private final List<String> repeated = new ArrayList<>();
  private int timings;

  void completion(GenerationCompletion completion, String place) {
    completions.add(completion);
    places.add(place);
  }

  void timing(StepTiming timing, String place) {
    timings++;
    String run = "pass " + timing.getPass() + ", sample " + timing.getSample();
    BitSet seen = steps.computeIfAbsent(run, key -> new BitSet());
    if (seen.get(timing.getStep())) {
      repeated.add(
          run + ", step " + timing.getStep() + " by " + timing.getWorkerId() + " at " + place);
    }
    seen.set(timing.getStep());
  }

  List<GenerationCompletion> completions() {
    return completions;
  }

  /** Where the completions are. */
  List<String> places() {
    return places;
  }

  int timings() {
    return timings;
  }

  /** What is wrong with the timings beside this completion; empty if nothing is. */
  List<String> timingFaults(GenerationCompletion completion) {
    List<String> faults = new ArrayList<>(repeated);
    steps.forEach(
        (run, seen) -> {
          int last = seen.length() - 1;
          if (seen.get(0) || seen.cardinality() != last) {
            faults.add(run + ": steps " + seen + " are not 1…" + last);
          }
        });
    if (timings != completion.getTimingsTotal()) {
      faults.add(timings + " timings, and timingsTotal is " + completion.getTimingsTotal());
    }
    if (timings != 0 && timings != completion.getStepsRun()) {
      faults.add(timings + " timings, and stepsRun is " + completion.getStepsRun());
    }
    return faults;
  }
}
