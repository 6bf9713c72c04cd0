package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SIGTERM in the middle of long runs: the next worker goes on at the very next step. */
class CleanStopIT {
  private static final Duration LIMIT = Duration.ofSeconds(150);
  private static final int LONG = 7;
  private static final int REQUESTS = LONG + 1;
  private static final Pattern PASSES = Pattern.compile("forwardPasses=(\\d+)");

  @Test
  void shouldRepeatNoForwardPassWhenAWorkerStopsInTheMiddleOfLongRuns() throws Exception {
    List<GenerationRequest> requests = new ArrayList<>(Requests.mixed("s", LONG, 160, 160));
    requests.add(Requests.of("short", 4, 1, "A library for ", 8));
    try (Pipeline pipeline = new Pipeline("clean-stop", 2, Servers.demoModel())) {
      // No checkpoint is due in this test but the one of the stop.
      pipeline.set("checkpoint.device.ms", "3600000").set("threads", "1");
      WorkerProcess first = pipeline.worker("first");
      pipeline.send(requests);
      Pipeline.await("all accepted", LIMIT, () -> pipeline.committedRequests() >= REQUESTS);
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.containsKey("short")))
          .as("the engine takes steps of all")
          .isTrue();
      assertThat(answers.completions.keySet())
          .as("before the stop only what had ended was published")
          .containsAll(answers.timings.keySet())
          .hasSizeLessThan(REQUESTS);
      int status = first.terminate();
      assertThat(status).as("exit status:\n%s", first.log()).isZero();

      WorkerProcess second = pipeline.worker("second");
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= REQUESTS))
          .as("completions %d\n%s", answers.completions.size(), second.log())
          .isTrue();
      answers.linger(Duration.ofSeconds(1));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      List<Long> taken = LongStream.rangeClosed(1, passes(first)).boxed().toList();
      assertThat(taken).as("forward passes that the stopped worker took").isNotEmpty();
      assertThat(of(answers, "first").map(StepTiming::getBatchSequence).distinct().sorted())
          .as("forward passes of the stopped worker that were published")
          .containsExactlyElementsOf(taken);
      checkThatStepsGoOn(answers);
    }
  }

  private static long passes(WorkerProcess worker) {
    Matcher found = PASSES.matcher(worker.log());
    assertThat(found.find()).as(worker.log()).isTrue();
    return Long.parseLong(found.group(1));
  }

  private static Stream<StepTiming> of(Answers answers, String workerId) {
    return answers.timings.values().stream()
        .flatMap(List::stream)
        .filter(timing -> timing.getWorkerId().equals(workerId));
  }

  /** Every step of the second worker began after the last of the first. */
  private static void checkThatStepsGoOn(Answers answers) {
    Instant stopped =
        of(answers, "first").map(StepTiming::getStartedAt).max(Comparator.naturalOrder()).get();
    assertThat(of(answers, "second").map(StepTiming::getStartedAt))
        .isNotEmpty()
        .allMatch(startedAt -> startedAt.isAfter(stopped));
    answers.timings.forEach(
        (id, timings) -> {
          int last = steps(timings, "first").max(Comparator.naturalOrder()).orElse(0);
          steps(timings, "second")
              .min(Comparator.naturalOrder())
              .ifPresent(
                  next ->
                      assertThat(next)
                          .as("first step of the second worker of %s", id)
                          .isEqualTo(last + 1));
        });
  }

  private static Stream<Integer> steps(List<StepTiming> timings, String workerId) {
    return timings.stream()
        .filter(timing -> timing.getWorkerId().equals(workerId))
        .map(StepTiming::getStep);
  }
}
