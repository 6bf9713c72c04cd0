package dev.lacuna.testbed;

import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.StepTiming;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Exactly once, counted: every request has one completion, every step of it one timing, 1 to the
 * last of each pass without a gap, as many as the completion says.
 *
 * <p>Threading: used by one thread.
 */
public final class Accounting {

  /** One run of a request. */
  private record Run(int sample, int pass) implements Comparable<Run> {
    @Override
    public int compareTo(Run other) {
      return sample != other.sample
          ? Integer.compare(sample, other.sample)
          : Integer.compare(pass, other.pass);
    }

    @Override
    public String toString() {
      return "sample " + sample + " pass " + pass;
    }
  }

  private final Set<String> requests;
  private final Map<String, List<GenerationCompletion>> completions = new LinkedHashMap<>();
  private final Map<String, Map<Run, NavigableMap<Integer, List<StepTiming>>>> timings =
      new LinkedHashMap<>();
  private final Map<String, Integer> timingCounts = new LinkedHashMap<>();
  private int completionCount;
  private int timingCount;

  /** Nothing has come yet for these requests. */
  public Accounting(Collection<String> requests) {
    this.requests = new LinkedHashSet<>(requests);
  }

  /** Counts a completion. */
  public void add(GenerationCompletion completion) {
    completionCount++;
    completions.computeIfAbsent(completion.getId(), id -> new ArrayList<>()).add(completion);
  }

  /** Counts a step timing. */
  public void add(StepTiming timing) {
    timingCount++;
    timingCounts.merge(timing.getId(), 1, Integer::sum);
    timings
        .computeIfAbsent(timing.getId(), id -> new TreeMap<>())
        .computeIfAbsent(new Run(timing.getSample(), timing.getPass()), run -> new TreeMap<>())
        .computeIfAbsent(timing.getStep(), step -> new ArrayList<>())
        .add(timing);
  }

  /** Requests. */
  public int requests() {
    return requests.size();
  }

  /** Completions that came, doubled ones included. */
  public int completions() {
    return completionCount;
  }

  /** Timings that came, doubled ones included. */
  public int timings() {
    return timingCount;
  }

  /** The first completion of a request. */
  public Optional<GenerationCompletion> completion(String id) {
    return Optional.ofNullable(completions.get(id)).map(all -> all.get(0));
  }

  /** Whether nothing more is to come, if all goes well. */
  public boolean isComplete() {
    return requests.stream()
        .allMatch(
            id ->
                completion(id)
                    .map(
                        completion ->
                            timingCounts.getOrDefault(id, 0) >= completion.getTimingsTotal())
                    .orElse(false));
  }

  /** What is missing, doubled or contradictory, a line each; empty if all is well. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (String id : requests) {
      checkCompletion(id, problems);
    }
    completions.keySet().stream()
        .filter(id -> !requests.contains(id))
        .forEach(id -> problems.add(id + ": a completion for a request that nobody sent"));
    timings.keySet().stream()
        .filter(id -> !requests.contains(id))
        .forEach(id -> problems.add(id + ": step timings for a request that nobody sent"));
    return problems;
  }

  private void checkCompletion(String id, List<String> problems) {
    List<GenerationCompletion> all = completions.getOrDefault(id, List.of());
    if (all.isEmpty()) {
      problems.add(id + ": no completion");
      return;
    }
    if (all.size() > 1) {
      boolean equal = all.stream().distinct().count() == 1;
      problems.add(
          "%s: %d completions, %s".formatted(id, all.size(), equal ? "equal" : "which differ"));
    }
    checkTimings(id, all.get(0), problems);
  }

  private void checkTimings(String id, GenerationCompletion completion, List<String> problems) {
    int found = timingCounts.getOrDefault(id, 0);
    if (found != completion.getTimingsTotal()) {
      problems.add(
          "%s: %d step timings, the completion says %d"
              .formatted(id, found, completion.getTimingsTotal()));
    }
    boolean completed = completion.getStatus() == CompletionStatus.COMPLETED;
    Map<Run, NavigableMap<Integer, List<StepTiming>>> runs = timings.getOrDefault(id, Map.of());
    checkPasses(id, runs.keySet(), problems);
    runs.forEach((run, steps) -> checkRun(id + ", " + run, steps, completed, problems));
    if (completed && completion.getTimingsTotal() > 0) {
      checkStepsRun(id, completion, runs, problems);
    }
  }

  private static void checkStepsRun(
      String id,
      GenerationCompletion completion,
      Map<Run, NavigableMap<Integer, List<StepTiming>>> runs,
      List<String> problems) {
    int distinct = runs.values().stream().mapToInt(Map::size).sum();
    if (distinct != completion.getStepsRun()) {
      problems.add(
          "%s: timings of %d different steps, the completion says stepsRun %d"
              .formatted(id, distinct, completion.getStepsRun()));
    }
    for (Sample sample : completion.getSamples()) {
      int steps =
          runs.entrySet().stream()
              .filter(run -> run.getKey().sample() == sample.getSample())
              .mapToInt(run -> run.getValue().size())
              .sum();
      if (steps != sample.getStepsRun()) {
        problems.add(
            "%s, sample %d: timings of %d different steps, the sample says stepsRun %d"
                .formatted(id, sample.getSample(), steps, sample.getStepsRun()));
      }
    }
  }

  /** Passes of a sample count from 1 without a gap. */
  private static void checkPasses(String id, Set<Run> runs, List<String> problems) {
    for (Run run : runs) {
      if (run.pass() < 1) {
        problems.add("%s, %s: passes count from 1".formatted(id, run));
      } else if (run.pass() > 1 && !runs.contains(new Run(run.sample(), run.pass() - 1))) {
        problems.add("%s, %s: no timing of the pass before".formatted(id, run));
      }
    }
  }

  private static void checkRun(
      String run,
      NavigableMap<Integer, List<StepTiming>> steps,
      boolean completed,
      List<String> problems) {
    for (int step = 1; step <= steps.lastKey(); step++) {
      if (!steps.containsKey(step)) {
        problems.add("%s: no timing of step %d of %d".formatted(run, step, steps.lastKey()));
      }
    }
    steps
        .headMap(1)
        .keySet()
        .forEach(step -> problems.add("%s: step %d, but they count from 1".formatted(run, step)));
    steps.forEach((step, all) -> checkStep(run, step, all, problems));
    checkMasks(run, steps, completed, problems);
  }

  private static void checkStep(String run, int step, List<StepTiming> all, List<String> problems) {
    if (all.size() > 1) {
      boolean equal = all.stream().distinct().count() == 1;
      problems.add(
          "%s: %d timings of step %d, %s"
              .formatted(run, all.size(), step, equal ? "equal" : "which differ"));
    }
  }

  /** The masks left by one step are those that the next one finds; in the end none are left. */
  private static void checkMasks(
      String run,
      NavigableMap<Integer, List<StepTiming>> steps,
      boolean completed,
      List<String> problems) {
    StepTiming before = null;
    for (List<StepTiming> all : steps.values()) {
      StepTiming timing = all.get(0);
      if (before != null
          && before.getStep() == timing.getStep() - 1
          && before.getMaskedAfter() != timing.getMaskedBefore()) {
        problems.add(
            "%s: step %d leaves %d masks, step %d finds %d"
                .formatted(
                    run,
                    before.getStep(),
                    before.getMaskedAfter(),
                    timing.getStep(),
                    timing.getMaskedBefore()));
      }
      before = timing;
    }
    if (completed && before != null && before.getMaskedAfter() != 0) {
      problems.add("%s: completed with %d masks left".formatted(run, before.getMaskedAfter()));
    }
  }
}
