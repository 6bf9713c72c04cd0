package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lacuna.it.Answers;
import dev.lacuna.it.ExactlyOnce;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A container whose memory suffices for the worker and not for one long request: the kernel kills
 * the process in a forward pass. The request fails, and the others are answered.
 */
class MemoryLimitIT {
  private static final Duration LIMIT = Duration.ofSeconds(180);
  private static final int CANVAS = 8192;

  /** A worker takes some 350 MB with this model, a pass of a whole canvas some 1.5 GB more. */
  private static final long CONTAINER_BYTES = 700L << 20;

  private static final int ATTEMPTS_MAX = 2;

  @TempDir private Path folder;

  @Test
  void shouldFailTheRequestThatExceedsTheContainersMemoryAndAnswerTheOthers() throws Exception {
    assumeTrue(MemoryCgroup.possible());
    List<GenerationRequest> requests = new ArrayList<>(Requests.mixed("beside", 10, 20, 30));
    GenerationRequest large = Requests.of("large", 8, 1, "A library for ", CANVAS - 100);
    try (MemoryCgroup container =
            MemoryCgroup.of("lacuna-test-" + ProcessHandle.current().pid(), CONTAINER_BYTES);
        Pipeline pipeline = new Pipeline("memory-limit", 1, longModel())) {
      pipeline
          .set("crash.attempts.max", Integer.toString(ATTEMPTS_MAX))
          .set("blank.tokens.max", Integer.toString(CANVAS));
      pipeline.send(requests.subList(0, 5));
      pipeline.send(List.of(large));
      pipeline.send(requests.subList(5, 10));
      requests.add(large);
      int deaths = awaitAll(pipeline, container, requests.size());

      Answers answers = pipeline.answers();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= requests.size())).isTrue();
      ExactlyOnce.check(answers, Requests.ids(requests));
      GenerationCompletion failed = answers.completion("large");
      assertThat(failed.getStatus()).isEqualTo(CompletionStatus.FAILED);
      assertThat(failed.getError().getCode()).isEqualTo("CRASHED");
      for (GenerationRequest each : requests.subList(0, 10)) {
        assertThat(answers.completion(each.getId()).getStatus())
            .isEqualTo(CompletionStatus.COMPLETED);
      }
      assertThat(answers.deadLetters).isEmpty();
      assertThat(deaths).as("alone, and at most as often in company").isBetween(2, 4);
    }
  }

  /** Starts workers one after another until all is answered; how many of them were killed. */
  private int awaitAll(Pipeline pipeline, MemoryCgroup container, int count) throws Exception {
    Answers answers = pipeline.answers();
    int deaths = 0;
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try (WorkerProcess worker = contained(pipeline, container)) {
        while (worker.alive() && answers.completions.size() < count) {
          assertThat(System.nanoTime()).as("time is over: %s", worker.log()).isLessThan(end);
          answers.linger(Duration.ofMillis(500));
        }
        if (answers.completions.size() >= count) {
          assertThat(worker.terminate()).as(worker.log()).isZero();
          return deaths;
        }
        assertThat(worker.exitValue()).as(worker.log()).isEqualTo(128 + 9);
        deaths++;
      }
    }
  }

  private WorkerProcess contained(Pipeline pipeline, MemoryCgroup container) throws Exception {
    return WorkerProcess.startUnder(
        container.around(List.of()), pipeline.config("a"), folder.resolve("worker.log"), List.of());
  }

  /** The tiny model with a long canvas. */
  private Path longModel() throws Exception {
    Path model = Files.createDirectory(folder.resolve("model"));
    for (String file : List.of("tokenizer.json", "model.safetensors")) {
      Files.copy(Servers.tinyModel().resolve(file), model.resolve(file));
    }
    String config = Files.readString(Servers.tinyModel().resolve("config.json"));
    String longer =
        config.replaceFirst(
            "\"max_position_embeddings\": \\d+", "\"max_position_embeddings\": " + CANVAS);
    assertThat(longer).isNotEqualTo(config);
    Files.writeString(model.resolve("config.json"), longer);
    return model;
  }
}
