package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.Answers;
import dev.lacuna.it.ExactlyOnce;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import dev.lacuna.wire.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A request for which the heap does not suffice, as an operator allows who raises the limits of
 * documents and not the memory: the tokenizer ends the process in native code.
 */
class SmallHeapIT {
  private static final Duration LIMIT = Duration.ofSeconds(150);
  private static final String HEAP = "-Xmx40m";
  private static final int ATTEMPTS_MAX = 2;

  @Test
  void shouldMakeADeadLetterOfTheRequestThatExceedsTheHeapAndAnswerTheOthers() throws Exception {
    List<GenerationRequest> requests = new ArrayList<>(Requests.mixed("small", 10, 20, 10));
    GenerationRequest large = Requests.of("large", 8, 1, "word ".repeat(180_000), 40);
    try (Pipeline pipeline = new Pipeline("small-heap", 1, Servers.tinyModel())) {
      pipeline
          .set("crash.attempts.max", Integer.toString(ATTEMPTS_MAX))
          .set("document.max.bytes", "1000000")
          .set("document.tokens.max", "1000000");
      pipeline.send(requests.subList(0, 5));
      pipeline.send(List.of(large));
      pipeline.send(requests.subList(5, 10));
      Answers answers = pipeline.answers();
      WorkerProcess worker = pipeline.worker("a", HEAP);
      int deaths = 0;
      long end = System.nanoTime() + LIMIT.toNanos();
      while (answers.completions.size() < requests.size() || answers.deadLetters.isEmpty()) {
        assertThat(System.nanoTime()).as("time is over: %s", worker.log()).isLessThan(end);
        answers.linger(Duration.ofMillis(500));
        if (!worker.alive()) {
          deaths++;
          worker = pipeline.worker("a", HEAP);
        }
      }
      answers.linger(Duration.ofSeconds(1));
      ExactlyOnce.checkAllCompleted(answers, Requests.ids(requests));
      assertThat(answers.deadLetters)
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo("large");
                assertThat(letter.headers().lastHeader("lacuna.dead.code").value())
                    .isEqualTo("CRASHED".getBytes(StandardCharsets.UTF_8));
              });
      assertThat(deaths).isEqualTo(ATTEMPTS_MAX);
    }
  }
}
