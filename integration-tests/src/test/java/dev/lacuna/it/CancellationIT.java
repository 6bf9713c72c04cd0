package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.Control;
import dev.lacuna.wire.ControlAction;
import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cancellation of running, accepted and not-yet-read work, by control record and by null value. */
class CancellationIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  @Test
  void shouldAnswerCancelledWhereverTheRequestIs() throws Exception {
    try (Pipeline pipeline = new Pipeline("cancelled", 1, Servers.demoModel())) {
      pipeline.set("slots", "1").set("threads", "1");
      Answers answers = pipeline.answers();
      cancel(pipeline, "early");
      pipeline.worker("a");
      GenerationRequest running = Requests.of("running", 200, 1, "A ", 200);
      GenerationRequest waiting = Requests.of("waiting", 200, 1, "A ", 200);
      GenerationRequest byNull = Requests.of("by-null", 200, 1, "A ", 200);
      pipeline.send(List.of(running, waiting, byNull));
      assertThat(answers.await(LIMIT, a -> a.timings.containsKey("running"))).isTrue();
      Pipeline.await("control read", LIMIT, () -> pipeline.committedRequests() >= 3);
      pipeline.send("by-null", null);
      cancel(pipeline, "waiting");
      cancel(pipeline, "running");
      pipeline.send(
          List.of(
              Requests.of("early", 4, 1, "A ", 4), Requests.of("after", 4, 1, "A library ", 4)));
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 5))
          .as("completions %s", answers.completions.keySet())
          .isTrue();
      answers.linger(Duration.ofSeconds(1));
      ExactlyOnce.check(answers, List.of("running", "waiting", "by-null", "early", "after"));
      for (String id : List.of("running", "waiting", "by-null", "early")) {
        assertThat(answers.completion(id).getStatus()).as(id).isEqualTo(CompletionStatus.CANCELLED);
      }
      assertThat(answers.completion("running").getStepsRun()).isBetween(1, 199);
      assertThat(answers.completion("waiting").getStepsRun()).isZero();
      assertThat(answers.completion("after").getStatus()).isEqualTo(CompletionStatus.COMPLETED);
    }
  }

  private static void cancel(Pipeline pipeline, String id) {
    pipeline.send(
        pipeline.topics.control(),
        id,
        pipeline.encode(pipeline.topics.control(), new Control(id, ControlAction.CANCEL)));
    pipeline.flush();
  }
}
