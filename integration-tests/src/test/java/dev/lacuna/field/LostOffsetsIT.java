package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.Answers;
import dev.lacuna.it.ExactlyOnce;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What stands before the log's beginning, and a group whose offsets were forgotten. */
class LostOffsetsIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void shouldGoOnByItselfWhenOnlyAbortedRecordsThatItPassedWereRemoved() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("a", 8, 8, 4);
    try (Pipeline pipeline = new Pipeline("aborted-passed", 1, Servers.tinyModel())) {
      TopicPartition partition = new TopicPartition(pipeline.topics.requests(), 0);
      WorkerProcess first = pipeline.worker("a");
      pipeline.send(requests.subList(0, 4));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 4)).as(first.log()).isTrue();
      long end =
          AbortedTail.append(pipeline.admin, Servers.shared().bootstrapServers(), partition, 5);
      assertThat(end).isEqualTo(10); // 4 requests, 5 aborted, 1 marker
      Pipeline.await(
          "the committed offset passes what was aborted",
          LIMIT,
          () ->
              GroupOffsets.of(pipeline.admin, "aborted-passed", partition)
                  .map(offset -> offset.offset() == end)
                  .orElse(false));
      first.kill();
      AbortedTail.retain(pipeline.admin, partition, end);

      WorkerProcess second = pipeline.worker("a");
      pipeline.send(requests.subList(4, 8));
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 8)).as(second.log()).isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(answers.deadLetters).isEmpty();
    }
  }

  @Test
  void shouldStopAndSayWhatNobodyKnowsWhenWhatWasRemovedWasNeverPassed() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("b", 8, 8, 4);
    try (Pipeline pipeline = new Pipeline("aborted-unseen", 1, Servers.tinyModel())) {
      TopicPartition partition = new TopicPartition(pipeline.topics.requests(), 0);
      WorkerProcess first = pipeline.worker("a");
      pipeline.send(requests.subList(0, 4));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 4)).as(first.log()).isTrue();
      first.terminate();
      long end =
          AbortedTail.append(pipeline.admin, Servers.shared().bootstrapServers(), partition, 5);
      AbortedTail.retain(pipeline.admin, partition, end);
      WorkerProcess second = pipeline.worker("a");
      Pipeline.await("worker ends", LIMIT, () -> !second.alive());

      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(second.log())
          .contains("retention removed records that were never read")
          .contains("6 offsets are gone")
          .contains("Nobody can tell any more how many of them were requests")
          .contains("--group aborted-unseen --topic " + pipeline.topics.requests() + ":0")
          .doesNotContain("\tat ");
      // The cure that it names.
      GroupOffsets.set(pipeline.admin, "aborted-unseen", partition, new OffsetAndMetadata(end));
      WorkerProcess third = pipeline.worker("a");
      pipeline.send(requests.subList(4, 8));
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 8)).as(third.log()).isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
    }
  }

  @Test
  void shouldAskAPersonWhenTheGroupsOffsetsWereForgotten() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("f", 8, 8, 4);
    try (Pipeline pipeline = new Pipeline("forgotten", 1, Servers.tinyModel())) {
      TopicPartition partition = new TopicPartition(pipeline.topics.requests(), 0);
      WorkerProcess first = pipeline.worker("a");
      pipeline.send(requests.subList(0, 4));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 4)).as(first.log()).isTrue();
      first.terminate();
      pipeline.send(requests.subList(4, 8));
      GroupOffsets.forget(pipeline.admin, "forgotten");
      WorkerProcess second = pipeline.worker("a");
      Pipeline.await("worker ends", LIMIT, () -> !second.alive());

      assertThat(second.exitValue()).isEqualTo(1);
      assertThat(second.log())
          .contains("group 'forgotten' has no offsets, though the application has worked before")
          .contains("offsets.retention.minutes")
          .contains("--to-datetime")
          .doesNotContain("\tat ");
      // The cure that it names: what stood before the workers stopped was read.
      GroupOffsets.set(pipeline.admin, "forgotten", partition, new OffsetAndMetadata(4));
      WorkerProcess third = pipeline.worker("a");
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 8)).as(third.log()).isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
    }
  }
}
