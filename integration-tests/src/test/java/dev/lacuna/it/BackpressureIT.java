package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A backlog stays in Kafka, where consumer lag shows it. */
class BackpressureIT {

  private static final int BACKLOG = 2_000;
  private static final int CAP = 64;
  private static final int PARTITIONS = 2;
  private static final int BUFFERED = 32;

  @Test
  void shouldBoundAcceptedWorkAndKeepTheBacklogInKafka() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("b", BACKLOG, 8, 8);
    try (Pipeline pipeline = new Pipeline("backlog", PARTITIONS, Servers.tinyModel())) {
      pipeline.set("accepted.max", Integer.toString(CAP));
      pipeline.send(requests);
      pipeline.worker("a");
      Answers answers = pipeline.answers();
      long[] largest = new long[2];
      boolean done =
          answers.await(
              Duration.ofSeconds(150),
              a -> {
                observe(pipeline, a, largest);
                return a.completions.size() >= BACKLOG;
              });
      assertThat(done).as("completions %d", answers.completions.size()).isTrue();
      answers.linger(Duration.ofSeconds(1));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      // What was fetched or buffered when the partitions were paused is still accepted; completions
      // are read a little after they are committed.
      assertThat(largest[0])
          .as("accepted and not answered")
          .isLessThanOrEqualTo(CAP + 2L * PARTITIONS * BUFFERED + 100);
      assertThat(largest[1]).as("consumer lag while working").isGreaterThan(BACKLOG / 2);
    }
  }

  /** largest[0]: most requests read but not answered; largest[1]: most lag once work has begun. */
  private static void observe(Pipeline pipeline, Answers answers, long[] largest) {
    try {
      long read = pipeline.committedRequests();
      largest[0] = Math.max(largest[0], read - answers.completions.size());
      if (!answers.completions.isEmpty()) {
        largest[1] = Math.max(largest[1], BACKLOG - read);
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
