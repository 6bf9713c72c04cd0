package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.faults.Faults;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One request ends every worker process that runs it, in a real forward pass among others. */
class PoisonIT {
  private static final Duration LIMIT = Duration.ofSeconds(240);
  private static final int ATTEMPTS_MAX = 2;
  private static final int INNOCENTS = 10;

  /** More tokens than any innocent's canvas has. */
  private static final int DEADLY_TOKENS = 100;

  private static final String[] OPTIONS = {
    "-D" + Faults.DEADLY_TOKENS + "=" + DEADLY_TOKENS, "-D" + Faults.STEP_MILLIS + "=20"
  };

  private int deaths;
  private WorkerProcess worker;

  @Test
  void shouldFailTheOneThatKillsAfterItsAttemptsAloneAndCompleteAllOthers() throws Exception {
    List<GenerationRequest> innocents = Requests.mixed("i", INNOCENTS, 30, 30);
    Map<String, String> undisturbed = undisturbed(innocents);
    List<GenerationRequest> all = new ArrayList<>(innocents);
    all.add(
        INNOCENTS / 2, Requests.of("poison", 8, 7, "a library for ", DEADLY_TOKENS, " and more"));
    try (Pipeline pipeline = new Pipeline("poison", 1, Servers.demoModel())) {
      pipeline.set("crash.attempts.max", Integer.toString(ATTEMPTS_MAX));
      pipeline.send(all);
      worker = pipeline.worker("a", OPTIONS);
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, seen -> supervised(pipeline, seen, all.size())))
          .as("completions %d of %d, deaths %d", answers.completions.size(), all.size(), deaths)
          .isTrue();
      answers.linger(Duration.ofSeconds(2));

      ExactlyOnce.check(answers, Requests.ids(all));
      GenerationCompletion poison = answers.completion("poison");
      assertThat(poison.getStatus()).isEqualTo(CompletionStatus.FAILED);
      assertThat(poison.getError().getCode()).isEqualTo("CRASHED");
      assertThat(poison.getError().getMessage()).contains("crash.attempts.max is " + ATTEMPTS_MAX);
      assertThat(deaths).as("once in company, then alone").isEqualTo(1 + ATTEMPTS_MAX);
      Map<String, String> texts = answers.texts();
      texts.remove("poison");
      assertThat(texts).isEqualTo(undisturbed);
      assertThat(answers.completions.values())
          .filteredOn(list -> list.get(0).getStatus() != CompletionStatus.COMPLETED)
          .hasSize(1);
    }
  }

  /** Starts the worker anew when it has died, as a supervisor would; whether all is answered. */
  private boolean supervised(Pipeline pipeline, Answers seen, int requests) {
    if (!worker.alive()) {
      deaths++;
      try {
        worker = pipeline.worker("a", OPTIONS);
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
    }
    return seen.completions.size() >= requests;
  }

  private static Map<String, String> undisturbed(List<GenerationRequest> requests)
      throws Exception {
    try (Pipeline pipeline = new Pipeline("unpoisoned", 1, Servers.demoModel())) {
      pipeline.worker("a");
      pipeline.send(requests);
      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size())).isTrue();
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      return answers.texts();
    }
  }
}
