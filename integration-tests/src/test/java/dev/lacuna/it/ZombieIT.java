package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A worker with restored entries is stopped past its session timeout, its work is taken over, and
 * it wakes up: the case that exactly-once processing of Kafka Streams does not fence by itself
 * (docs/adr/0002).
 */
class ZombieIT {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void shouldPublishNothingTwiceWhenAStoppedOwnerWakesUpAfterATakeover() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("z", 4, 150, 150);
    try (Pipeline pipeline = new Pipeline("zombie", 1, Servers.demoModel())) {
      pipeline.set("slots", "4").set("threads", "1");
      pipeline.send(requests);
      WorkerProcess accepted = pipeline.worker("a");
      Pipeline.await("requests accepted", LIMIT, () -> pipeline.committedRequests() >= 4);
      accepted.kill();

      WorkerProcess zombie = pipeline.worker("zombie");
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> hasTimingsOf(a, "zombie")))
          .as("the restored owner goes on:\n%s", zombie.log())
          .isTrue();
      assertThat(answers.completions).as("runs are still going").isEmpty();
      WorkerProcess heir = pipeline.worker("heir");
      Pipeline.await("heir in the group", LIMIT, () -> members(pipeline) == 2);
      zombie.stop();
      assertThat(answers.await(LIMIT, a -> hasTimingsOf(a, "heir")))
          .as("takeover:\n%s", heir.log())
          .isTrue();
      zombie.cont();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size()))
          .as("completions %d\nzombie:\n%s", answers.completions.size(), zombie.log())
          .isTrue();
      answers.linger(Duration.ofSeconds(8));
      assertThat(zombie.alive()).as("the zombie rejoins").isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
    }
  }

  private static int members(Pipeline pipeline) throws Exception {
    return pipeline
        .admin
        .describeConsumerGroups(List.of(pipeline.applicationId))
        .describedGroups()
        .get(pipeline.applicationId)
        .get()
        .members()
        .size();
  }

  private static boolean hasTimingsOf(Answers answers, String workerId) {
    return answers.timings.values().stream()
        .flatMap(List::stream)
        .anyMatch(timing -> timing.getWorkerId().equals(workerId));
  }
}
