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

/** A broker that throttles its clients slows answers down, and changes nothing else. */
class ThrottledIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void shouldAnswerOnceWhenTheBrokerThrottlesAndAWorkerIsKilledMeanwhile() throws Exception {
    List<GenerationRequest> requests = Requests.mixed("t", 40, 20, 10);
    try (Pipeline pipeline = new Pipeline("throttled", 2, Servers.tinyModel());
        ClientQuotas quotas = ClientQuotas.throttle(pipeline.admin, 4_000)) {
      WorkerProcess first = pipeline.worker("a");
      pipeline.send(requests);
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 3)).isTrue();
      first.kill();
      pipeline.worker("a");
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 8)).isTrue();
      quotas.close(); // it has been seen to get on; the rest need not take minutes
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size())).isTrue();
      answers.linger(Duration.ofSeconds(2));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(answers.deadLetters).isEmpty();
    }
  }
}
