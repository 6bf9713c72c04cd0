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
import org.junit.jupiter.api.Test;

/** Partitions are added while a worker runs: it serves what can be served, and says the rest. */
class GrowingTopicsIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void shouldServeNewPartitionsFromTheirFirstRecordOnceAllTopicsHaveThem() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("g", 40, 8, 4);
    try (Pipeline pipeline = new Pipeline("growing", 2, Servers.tinyModel())) {
      pipeline.set("kafka.metadata.max.age.ms", "1000");
      WorkerProcess worker = pipeline.worker("a");
      pipeline.send(requests.subList(0, 10));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 10)).as(worker.log()).isTrue();

      GrowingTopics.grow(pipeline.admin, pipeline.topics.requests(), 4);
      GrowingTopics.send(pipeline, requests.subList(10, 25), 4);
      String control = "--alter --topic " + pipeline.topics.control() + " --partitions 4";
      String changelog = "--alter --topic growing-pending-changelog --partitions 4";
      Pipeline.await("told", LIMIT, () -> worker.log().contains(control));
      assertThat(worker.log())
          .contains(changelog)
          .contains("Partitions 2 to 3 are not served until then, and nothing of it is lost");
      GrowingTopics.grow(pipeline.admin, pipeline.topics.control(), 4);
      GrowingTopics.send(pipeline, requests.subList(25, 40), 4);
      List<String> changelogs = GrowingTopics.changelogs(pipeline.admin, "growing");
      assertThat(changelogs).hasSize(6);
      for (String topic : changelogs) {
        GrowingTopics.grow(pipeline.admin, topic, 4);
        answers.linger(Duration.ofMillis(1500)); // As by hand: rebalances come in between.
      }

      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 40)).as(worker.log()).isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(answers.deadLetters).isEmpty();
      assertThat(worker.log())
          .contains("the partitions of all topics fit again")
          .doesNotContain("a stream thread failed");
    }
  }

  @Test
  void shouldGoOnWhateverIsGrownFirstAndRefuseToStartInBetween() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("h", 24, 8, 4);
    try (Pipeline pipeline = new Pipeline("grown", 2, Servers.tinyModel())) {
      WorkerProcess worker = pipeline.worker("a");
      pipeline.send(requests.subList(0, 6));
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 6)).as(worker.log()).isTrue();
      List<String> changelogs = GrowingTopics.changelogs(pipeline.admin, "grown");
      GrowingTopics.grow(pipeline.admin, changelogs.get(0), 3);
      GrowingTopics.grow(pipeline.admin, pipeline.topics.control(), 3);
      Pipeline.await("told", LIMIT, () -> worker.log().contains("Changelogs must have"));

      WorkerProcess refused = pipeline.worker("b");
      Pipeline.await("refused", LIMIT, () -> !refused.alive());
      assertThat(refused.log())
          .contains("they must be equal")
          .contains("--alter --topic " + pipeline.topics.requests() + " --partitions 3")
          .contains("--alter --topic " + changelogs.get(1) + " --partitions 3")
          .doesNotContain("\tat ");

      pipeline.send(requests.subList(6, 12));
      for (String topic : changelogs.subList(1, 6)) {
        GrowingTopics.grow(pipeline.admin, topic, 3);
      }
      GrowingTopics.grow(pipeline.admin, pipeline.topics.requests(), 3);
      GrowingTopics.send(pipeline, requests.subList(12, 24), 3);
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 24)).as(worker.log()).isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(worker.log()).doesNotContain("a stream thread failed");
    }
  }
}
