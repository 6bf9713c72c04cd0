package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** kill -9: nothing lost, nothing twice, and the texts of an undisturbed run. */
class KilledWorkerIT {

  private static final Duration LIMIT = Duration.ofSeconds(150);

  @Test
  void shouldLoseAndRepeatNothingWhenOneOfTwoWorkersIsKilledHalfWay() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("k", 48, 40, 40);
    Map<String, String> undisturbed = undisturbed(requests);
    try (Pipeline pipeline = new Pipeline("killed", 4, Servers.demoModel())) {
      pipeline.set("slots", "4");
      WorkerProcess first = pipeline.worker("a");
      pipeline.worker("b");
      pipeline.send(requests);
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 12)).isTrue();
      assertThat(answers.completions.size()).as("half way").isLessThan(requests.size());
      first.kill();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size())).isTrue();
      answers.linger(Duration.ofSeconds(3));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(answers.texts()).isEqualTo(undisturbed);
    }
  }

  private static Map<String, String> undisturbed(List<GenerationRequest> requests)
      throws Exception {
    try (Pipeline pipeline = new Pipeline("undisturbed", 2, Servers.demoModel())) {
      pipeline.worker("a");
      pipeline.send(requests);
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size())).isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      return answers.texts();
    }
  }

  @Test
  void shouldCompleteEverythingWhenKilledAtTheCapWithABacklogBehind() throws Exception {
    int cap = 8;
    List<GenerationRequest> requests = Requests.mixed("c", 60, 40, 40);
    try (Pipeline pipeline = new Pipeline("capped", 2, Servers.demoModel())) {
      pipeline.set("accepted.max", Integer.toString(cap)).set("slots", "2");
      pipeline.set("kafka.max.poll.records", "4").set("kafka.buffered.records.per.partition", "4");
      pipeline.send(requests);
      WorkerProcess first = pipeline.worker("a");
      Answers answers = pipeline.answers();
      Pipeline.await(
          "accepted work at the cap",
          LIMIT,
          () -> pipeline.committedRequests() - answers.completions.size() >= cap);
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 2)).isTrue();
      assertThat(pipeline.committedRequests()).as("a backlog behind").isLessThan(requests.size());
      first.kill();
      pipeline.worker("a");
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size()))
          .as("completions %d", answers.completions.size())
          .isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
    }
  }
}
