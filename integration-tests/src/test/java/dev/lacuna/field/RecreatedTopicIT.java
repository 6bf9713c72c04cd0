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
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A request topic is deleted and made again: nothing of the new one is skipped. */
class RecreatedTopicIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void shouldReadTheNewTopicFromItsFirstRecordWhenItIsMadeAgainWhileItIsRead() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("r", 60, 8, 4);
    try (Pipeline pipeline = new Pipeline("remade-running", 1, Servers.tinyModel())) {
      WorkerProcess worker = pipeline.worker("a");
      pipeline.send(requests.subList(0, 20));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 20)).as(worker.log()).isTrue();

      RecreatedTopic.remake(pipeline.admin, pipeline.topics.requests(), 1);
      // More than the old one had: who went on at the old offset would skip twenty without a word.
      GrowingTopics.send(pipeline, requests.subList(20, 60), 1);

      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 60)).as(worker.log()).isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(answers.deadLetters).isEmpty();
      assertThat(worker.log()).doesNotContain("retention");
      assertThat(worker.terminate()).as(worker.log()).isZero();
    }
  }

  @Test
  void shouldWaitAWhileForATopicThatIsGoneAndThenStopWithASentence() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("w", 12, 8, 4);
    try (Pipeline pipeline = new Pipeline("gone", 1, Servers.tinyModel())) {
      pipeline.set("kafka.metadata.max.age.ms", "1000");
      String topic = pipeline.topics.requests();
      WorkerProcess worker = pipeline.worker("a");
      pipeline.send(requests.subList(0, 4));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 4)).as(worker.log()).isTrue();
      RecreatedTopic.delete(pipeline.admin, topic);
      Pipeline.await(
          "missed", LIMIT, () -> worker.log().contains("a topic that is read is not there"));
      RecreatedTopic.make(pipeline.admin, new NewTopic(topic, 1, (short) 1));
      GrowingTopics.send(pipeline, requests.subList(4, 12), 1);
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 12)).as(worker.log()).isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));

      RecreatedTopic.delete(pipeline.admin, topic);
      Pipeline.await("worker ends", LIMIT, () -> !worker.alive());
      assertThat(worker.exitValue()).isEqualTo(1);
      assertThat(worker.log())
          .contains("it reads topics that do not exist")
          .contains("topics=[" + topic + "]")
          .doesNotContain("retention");
    }
  }

  @Test
  void shouldTellAnOffsetOfTheOldTopicFromOneOfTheNew() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("s", 18, 8, 4);
    try (Pipeline pipeline = new Pipeline("remade-stopped", 1, Servers.tinyModel())) {
      TopicPartition partition = new TopicPartition(pipeline.topics.requests(), 0);
      WorkerProcess first = pipeline.worker("a");
      pipeline.send(requests.subList(0, 6));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 6)).as(first.log()).isTrue();
      first.terminate();
      OffsetAndMetadata old =
          GroupOffsets.of(pipeline.admin, "remade-stopped", partition).orElseThrow();
      assertThat(old.offset()).isEqualTo(6);

      RecreatedTopic.remake(pipeline.admin, pipeline.topics.requests(), 1);
      // As a worker that was still busy with the old topic commits it to the new one.
      GroupOffsets.set(pipeline.admin, "remade-stopped", partition, old);
      GrowingTopics.send(pipeline, requests.subList(6, 18), 1);
      WorkerProcess second = pipeline.worker("a");

      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 18)).as(second.log()).isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(second.log()).contains("the topic was deleted and made again");
    }
  }

  @Test
  void shouldStopAndNameBothCuresWhenAnOffsetOfNobodyKnowsWhichTopicIsBeyondTheEnd()
      throws Exception {
    List<GenerationRequest> requests = Requests.mixed("u", 3, 8, 4);
    try (Pipeline pipeline = new Pipeline("beyond", 1, Servers.tinyModel())) {
      TopicPartition partition = new TopicPartition(pipeline.topics.requests(), 0);
      GroupOffsets.set(pipeline.admin, "beyond", partition, new OffsetAndMetadata(40));
      pipeline.send(requests);
      WorkerProcess worker = pipeline.worker("a");
      Pipeline.await("worker ends", LIMIT, () -> !worker.alive());

      assertThat(worker.exitValue()).isEqualTo(1);
      assertThat(worker.log())
          .contains("its log ends before what was read")
          .contains("--group beyond --topic " + pipeline.topics.requests() + ":0 --reset-offsets")
          .contains("--to-earliest")
          .doesNotContain("retention removed")
          .doesNotContain("\tat ");
      // The cure that it names.
      GroupOffsets.set(pipeline.admin, "beyond", partition, new OffsetAndMetadata(0));
      WorkerProcess cured = pipeline.worker("a");
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 3)).as(cured.log()).isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
    }
  }
}
