package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.it.faults.Faults;
import dev.lacuna.wire.CompletionStatus;
import dev.lacuna.wire.GenerationCompletion;
import dev.lacuna.wire.GenerationRequest;
import dev.lacuna.wire.StepTiming;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * What ends its worker, and what is only there when a worker ends: requests in forward passes, and
 * records that are laid out. A supervisor outside starts the worker again each time.
 */
class PoisonIT {
  private static final Duration LIMIT = Duration.ofSeconds(240);
  private static final int ATTEMPTS_MAX = 2;

  /** Deaths in company after which a request runs alone. */
  private static final int IN_COMPANY = 2;

  private static final int INNOCENTS = 10;
  private static final int SLOTS = 4;
  private static final int STEPS = 80;

  /** Tokens of the text of a document. */
  private static final int TEXT_TOKENS = 11;

  /** One more than an innocent's canvas has; 65 to 72 are of one padded length. */
  private static final int DEADLY_TOKENS = 69;

  private static final String DEADLY_TEXT = "deadly";
  private static Map<String, String> undisturbed; // texts of the innocents, once known

  private final List<GenerationRequest> innocents = innocents();
  private WorkerProcess worker;
  private int deaths;

  /** Starts the worker, at first and whenever it has ended. */
  private interface Supervisor {
    WorkerProcess start() throws IOException;
  }

  @Test
  void shouldFailTheOneThatKillsAfterItsAttemptsAloneAndCompleteAllOthers() throws Exception {
    try (Pipeline pipeline = pipeline("poison")) {
      shouldFailThePoison(pipeline, () -> pipeline.worker("a", options()));
    }
  }

  @Test
  void shouldCountTheSameDeathsWhenTheWholeProcessGroupIsKilled() throws Exception {
    try (Pipeline pipeline = pipeline("poison-group")) {
      shouldFailThePoison(
          pipeline, () -> pipeline.groupWorker("a", options("-D" + Faults.DEADLY_GROUP + "=true")));
    }
  }

  /**
   * The poison is sent once the others run, and its canvas is of their padded length, so that it
   * always has company until it is given none: a shape of its own would be a forward pass of its
   * own, in which nobody else can be to blame from the first death on.
   */
  private void shouldFailThePoison(Pipeline pipeline, Supervisor supervisor) throws Exception {
    List<GenerationRequest> all = new ArrayList<>(innocents);
    GenerationRequest poison = request("poison", 8, 7, 1, DEADLY_TOKENS + 2);
    all.add(poison);
    worker = supervisor.start();
    Answers answers = pipeline.answers();
    pipeline.send(innocents);
    awaitAccepted(pipeline, innocents.size());
    pipeline.send(List.of(poison));
    awaitAll(answers, supervisor, all.size());

    ExactlyOnce.check(answers, Requests.ids(all));
    GenerationCompletion failed = answers.completion("poison");
    assertThat(failed.getStatus()).isEqualTo(CompletionStatus.FAILED);
    assertThat(failed.getError().getCode()).isEqualTo("CRASHED");
    assertThat(failed.getError().getMessage()).contains("crash.attempts.max is " + ATTEMPTS_MAX);
    assertThat(deaths).as("in company, then alone").isEqualTo(IN_COMPANY + ATTEMPTS_MAX);
    Map<String, String> texts = answers.texts();
    texts.remove("poison");
    assertThat(texts).isEqualTo(undisturbed());
    assertThat(answers.deadLetters).isEmpty();
  }

  @Test
  void shouldRunFullBatchesAfterAKillThatNoRequestIsToBlameFor() throws Exception {
    try (Pipeline pipeline = pipeline("blameless")) {
      Supervisor supervisor = () -> pipeline.worker("a", options());
      worker = supervisor.start();
      Answers answers = pipeline.answers();
      pipeline.send(innocents);
      assertThat(answers.await(LIMIT, seen -> running(seen, Instant.EPOCH) >= SLOTS)).isTrue();
      worker.kill();
      Instant second = Instant.now();
      worker = supervisor.start();
      // Until it is known of each that it got on: two deaths at one place would make it run alone.
      assertThat(answers.await(LIMIT, seen -> running(seen, second) >= SLOTS)).isTrue();
      assertThat(answers.completions).as("killed too late").hasSizeLessThanOrEqualTo(SLOTS);
      worker.kill();
      Instant third = Instant.now();
      worker = supervisor.start();
      assertThat(answers.await(LIMIT, seen -> seen.completions.size() >= INNOCENTS)).isTrue();
      answers.linger(Duration.ofSeconds(2));

      ExactlyOnce.checkAllCompleted(answers, Requests.ids(innocents));
      assertThat(answers.texts()).isEqualTo(undisturbed());
      assertThat(worker.log()).as("a kill in a forward pass").contains("suspects=" + SLOTS);
      shouldBeFull(answers, second, third);
      shouldBeFull(answers, third, Instant.MAX);
    }
  }

  /** Requests with a step in a forward pass since an instant. */
  private static long running(Answers answers, Instant since) {
    return answers.timings.values().stream()
        .filter(list -> list.stream().anyMatch(timing -> !timing.getStartedAt().isBefore(since)))
        .count();
  }

  /**
   * Each forward pass of a life has all requests that have begun in it, up to the slots, while
   * there are as many requests as slots: nobody waits for another to get on alone.
   */
  private static void shouldBeFull(Answers answers, Instant from, Instant to) {
    Instant fewerThanSlots =
        answers.timings.values().stream()
            .map(list -> list.stream().map(StepTiming::getStartedAt).max(Instant::compareTo).get())
            .sorted()
            .skip(INNOCENTS - SLOTS)
            .findFirst()
            .orElseThrow();
    Instant end = to.isBefore(fewerThanSlots) ? to : fewerThanSlots;
    Map<Long, Integer> rows = new TreeMap<>(); // rows of a pass by its number
    Map<Long, Set<String>> ids = new TreeMap<>(); // those of a pass by its number
    all(answers)
        .filter(timing -> !timing.getStartedAt().isBefore(from))
        .filter(timing -> timing.getStartedAt().isBefore(end))
        .forEach(
            timing -> {
              rows.put(timing.getBatchSequence(), timing.getBatchRows());
              ids.computeIfAbsent(timing.getBatchSequence(), none -> new TreeSet<>())
                  .add(timing.getId());
            });
    assertThat(rows).as("forward passes from %s to %s", from, end).hasSizeGreaterThan(5);
    Set<String> begun = new TreeSet<>();
    rows.forEach(
        (pass, count) -> {
          begun.addAll(ids.get(pass));
          assertThat(count)
              .as("pass %d of rows %s", pass, rows)
              .isEqualTo(Math.min(SLOTS, begun.size()));
        });
    assertThat(rows.values()).as("full ones").contains(SLOTS);
  }

  private static Stream<StepTiming> all(Answers answers) {
    return answers.timings.values().stream().flatMap(List::stream);
  }

  @Test
  void shouldMakeARecordThatKillsWhoeverReadsItADeadLetterAndAnswerAllBehindIt() throws Exception {
    try (Pipeline pipeline = pipeline("deadly-record")) {
      Supervisor supervisor =
          () -> pipeline.worker("a", options("-D" + Faults.DEADLY_TEXT + "=" + DEADLY_TEXT));
      GenerationRequest deadly =
          Requests.of("deadly", 8, 7, "a " + DEADLY_TEXT + " library for ", 20, ".");
      byte[] bytes = pipeline.encode(deadly);
      worker = supervisor.start();
      Answers answers = pipeline.answers();
      pipeline.send(innocents.subList(0, SLOTS));
      awaitAccepted(pipeline, SLOTS);
      pipeline.send(deadly.getId(), bytes);
      pipeline.send(innocents.subList(SLOTS, INNOCENTS));
      awaitAll(answers, supervisor, INNOCENTS);

      ExactlyOnce.checkAllCompleted(answers, Requests.ids(innocents));
      assertThat(answers.texts()).isEqualTo(undisturbed());
      assertThat(deaths).isEqualTo(ATTEMPTS_MAX);
      assertThat(answers.deadLetters).hasSize(1);
      ConsumerRecord<byte[], byte[]> letter = answers.deadLetters.get(0);
      assertThat(letter.value()).isEqualTo(bytes);
      assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo(deadly.getId());
      assertThat(letter.headers().lastHeader("lacuna.dead.code").value())
          .asString(StandardCharsets.UTF_8)
          .isEqualTo("CRASHED");
    }
  }

  private static Pipeline pipeline(String name) throws Exception {
    return new Pipeline(name, 1, Servers.demoModel())
        .set("crash.attempts.max", Integer.toString(ATTEMPTS_MAX))
        .set("slots", Integer.toString(SLOTS));
  }

  private static String[] options(String... more) {
    return Stream.concat(
            Stream.of(
                "-D" + Faults.DEADLY_TOKENS + "=" + DEADLY_TOKENS,
                "-D" + Faults.STEP_MILLIS + "=20"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private static List<GenerationRequest> innocents() {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < INNOCENTS; i++) {
      requests.add(request("i-" + i, STEPS, 1_000L + i, i, DEADLY_TOKENS - 1));
    }
    return requests;
  }

  private static GenerationRequest request(
      String id, int steps, long seed, int number, int canvasTokens) {
    String text = "package-" + number + ": a library for ";
    return Requests.of(id, steps, seed, text, canvasTokens - TEXT_TOKENS, " and more");
  }

  private static void awaitAccepted(Pipeline pipeline, int count) throws Exception {
    Pipeline.await("requests accepted", LIMIT, () -> pipeline.committedRequests() >= count);
  }

  private void awaitAll(Answers answers, Supervisor supervisor, int requests) {
    assertThat(answers.await(LIMIT, seen -> supervised(supervisor, seen, requests)))
        .as("completions %d of %d, deaths %d", answers.completions.size(), requests, deaths)
        .isTrue();
    answers.linger(Duration.ofSeconds(2));
  }

  /** Starts the worker anew when it has died; whether all is answered. */
  private boolean supervised(Supervisor supervisor, Answers seen, int requests) {
    if (!worker.alive()) {
      deaths++;
      try {
        worker = supervisor.start();
      } catch (IOException failed) {
        throw new AssertionError(failed);
      }
    }
    return seen.completions.size() >= requests;
  }

  private Map<String, String> undisturbed() throws Exception {
    if (undisturbed == null) {
      try (Pipeline pipeline = new Pipeline("unpoisoned", 1, Servers.demoModel())) {
        pipeline.worker("a");
        pipeline.send(innocents);
        Answers answers = pipeline.answers();
        assertThat(answers.await(LIMIT, a -> a.completions.size() >= INNOCENTS)).isTrue();
        ExactlyOnce.checkAllCompleted(answers, Requests.ids(innocents));
        undisturbed = new HashMap<>(answers.texts());
      }
    }
    return undisturbed;
  }
}
