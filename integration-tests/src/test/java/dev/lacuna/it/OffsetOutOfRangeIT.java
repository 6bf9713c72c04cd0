package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Retention took requests that were never read: the worker says so and stops, and skips nothing.
 */
class OffsetOutOfRangeIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void shouldStopAndSkipNothingWhenRetentionRemovedWhatWasNeverRead() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("o", 12, 8, 4);
    try (Pipeline pipeline = new Pipeline("out-of-range", 1, Servers.tinyModel())) {
      WorkerProcess first = pipeline.worker("a");
      pipeline.send(requests.subList(0, 4));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 4)).as(first.log()).isTrue();
      assertThat(first.terminate()).as(first.log()).isZero();
      long read = pipeline.committedRequests();
      pipeline.send(requests.subList(4, 12));
      TopicPartition partition = new TopicPartition(pipeline.topics.requests(), 0);
      pipeline
          .admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(read + 3)))
          .all()
          .get();

      WorkerProcess second = pipeline.worker("b");
      int status = second.awaitEnd(LIMIT);

      assertThat(status).as(second.log()).isEqualTo(1);
      assertThat(second.log())
          .contains("the worker stops: retention removed records that were never read")
          .contains("--reset-offsets");
      assertThat(pipeline.committedRequests()).as("offsets are left to a person").isEqualTo(read);
      answers.linger(Duration.ofSeconds(2));
      assertThat(answers.completions.keySet())
          .containsExactlyInAnyOrderElementsOf(Requests.ids(requests.subList(0, 4)));
    }
  }
}
