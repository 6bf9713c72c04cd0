package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.StepTiming;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The promise, checked: one completion a request, one timing a step, nothing else. */
public final class ExactlyOnce {

  private ExactlyOnce() {}

  /**
   * Every id has exactly one completion, every run the timings 1…stepsRun exactly once, once all is
   * read that the topics hold.
   */
  public static void check(Answers answers, Collection<String> ids) {
    answers.catchUp();
    assertThat(answers.completions.keySet()).containsExactlyInAnyOrderElementsOf(ids);
    answers.completions.forEach(
        (id, list) -> assertThat(list).as("completions of %s", id).hasSize(1));
    assertThat(ids).containsAll(answers.timings.keySet());
    for (String id : ids) {
      checkTimings(answers.completion(id), answers.timings.getOrDefault(id, List.of()));
    }
  }

  /** As {@link #check}, and every request is COMPLETED. */
  public static void checkAllCompleted(Answers answers, Collection<String> ids) {
    check(answers, ids);
    answers.completions.forEach(
        (id, list) ->
            assertThat(list.get(0).getStatus())
                .as("status of %s: %s", id, list.get(0).getError())
                .isEqualTo(CompletionStatus.COMPLETED));
  }

  private static void checkTimings(GenerationCompletion completion, List<StepTiming> timings) {
    assertThat(timings)
        .as("timings of %s", completion.getId())
        .hasSize(completion.getTimingsTotal());
    Map<Integer, Integer> stepsOfSample = new HashMap<>();
    timings.forEach(timing -> stepsOfSample.merge(timing.getSample(), 1, Integer::sum));
    stepsOfSample.forEach(
        (sample, steps) ->
            assertThat(
                    timings.stream()
                        .filter(timing -> timing.getSample() == sample)
                        .map(StepTiming::getStep))
                .as("steps of %s, sample %d", completion.getId(), sample)
                .containsExactlyInAnyOrderElementsOf(
                    IntStream.rangeClosed(1, steps).boxed().toList()));
  }
}
