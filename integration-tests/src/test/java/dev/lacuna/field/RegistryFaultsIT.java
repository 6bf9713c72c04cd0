package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.cli.CommandLines;
import dev.lacuna.console.Console;
import dev.lacuna.console.Style;
import dev.lacuna.console.command.StopSignals;
import dev.lacuna.field.FaultyRegistry.Reply;
import dev.lacuna.it.Answers;
import dev.lacuna.it.ExactlyOnce;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Requests;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import dev.lacuna.wire.GenerationRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * What registries do: every request has its one answer, nothing becomes a dead letter but what the
 * registry itself has not known for long.
 */
class RegistryFaultsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration MORE = Duration.ofSeconds(1);
  private static final int COUNT = 8;
  private static final String JSON_SCHEMA =
      "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"}";

  /** Shorter than the patience of 30 s, longer than the first tries. */
  private static final Duration LAG = Duration.ofSeconds(3);

  @Test
  void shouldLoseNothingToARegistryThatLagsOrToWhatAnswersInItsPlace() throws Exception {
    String real = Servers.shared().registryUrl();
    try (FaultyRegistry registry = FaultyRegistry.before(real);
        Pipeline pipeline = new Pipeline("registry-faults", 2, Servers.tinyModel())) {
      WorkerProcess worker = soundWorker(pipeline, registry);
      Answers answers = pipeline.answers();
      List<String> ids = new ArrayList<>();

      registry.fault(FaultyRegistry.lags(LAG));
      FreshSchema lagging = FreshSchema.register(real, pipeline.applicationId);
      ids.addAll(send(pipeline, "lag", lagging));
      ids.addAll(send(pipeline, "lag-again", lagging));
      shouldAnswer(answers, ids);
      assertThat(registry.askedFor(lagging.id()))
          .as("asked again, and not without end")
          .isBetween(2L, 20L);
      assertThat(worker.log())
          .contains("a schema is not there; its records wait")
          .contains("the schema registry has the schema now schemaId=" + lagging.id());

      Map<String, Reply> lies =
          Map.of(
              "gateway", FaultyRegistry.GATEWAY,
              "page", new Reply(404, "<html>no such page</html>"),
              "login", new Reply(200, "<html>log in first</html>"),
              "moved", new Reply(302, "<html>over there</html>"),
              "bad-gateway", new Reply(502, ""),
              "throttled", new Reply(429, "{\"error_code\":429,\"message\":\"slow\"}"),
              "garbled", new Reply(200, "{\"schema\":\"{\\\"type\\\":\"}"));
      for (Map.Entry<String, Reply> lie : lies.entrySet()) {
        FreshSchema fresh = FreshSchema.register(real, pipeline.applicationId);
        registry.fault(FaultyRegistry.always(lie.getValue()));
        ids.addAll(send(pipeline, lie.getKey(), fresh));
        Pipeline.await(lie.getKey(), LIMIT, () -> registry.askedFor(fresh.id()) >= 3);
        assertThat(answers.completions.keySet()).doesNotContain(lie.getKey() + "-0");
        registry.sound();
        shouldAnswer(answers, ids);
      }
      shouldEndWith(answers, ids, 0);
    }
  }

  @Test
  void shouldWaitForARegistryThatHangsOrDiesOrWantsOtherCredentials() throws Exception {
    String real = Servers.shared().registryUrl();
    try (FaultyRegistry registry = FaultyRegistry.before(real);
        Pipeline pipeline = new Pipeline("registry-away-by", 2, Servers.tinyModel())) {
      registry.demand("ann:old");
      pipeline
          .set("schema.registry.basic.auth.user.info", "ann:old")
          .set("schema.registry.http.connect.timeout.ms", "500")
          .set("schema.registry.http.read.timeout.ms", "500");
      WorkerProcess worker = soundWorker(pipeline, registry);
      Answers answers = pipeline.answers();
      List<String> ids = new ArrayList<>();

      registry.hang();
      FreshSchema hanging = FreshSchema.register(real, pipeline.applicationId);
      ids.addAll(send(pipeline, "hang", hanging));
      Pipeline.await("asked", LIMIT, () -> registry.askedFor(hanging.id()) >= 2);
      registry.sound();
      shouldAnswer(answers, ids);
      assertThat(worker.log()).contains("gives no answer in time");

      registry.die();
      ids.addAll(send(pipeline, "dead", FreshSchema.register(real, pipeline.applicationId)));
      ids.addAll(send(pipeline, "known", hanging));
      assertThat(answers.await(LIMIT, a -> a.completions.containsKey("known-0"))).isTrue();
      registry.live();
      shouldAnswer(answers, ids);

      registry.demand("ann:new");
      FreshSchema locked = FreshSchema.register(real, pipeline.applicationId);
      ids.addAll(send(pipeline, "expired", locked));
      Pipeline.await("asked", LIMIT, () -> registry.askedFor(locked.id()) >= 2);
      answers.linger(MORE);
      assertThat(answers.completions.keySet()).doesNotContain("expired-0");
      assertThat(answers.deadLetters).isEmpty();

      worker.terminate();
      pipeline.set("schema.registry.basic.auth.user.info", "ann:new");
      WorkerProcess renewed = pipeline.worker("b");
      shouldAnswer(answers, ids);
      shouldEndWith(answers, ids, 0);
      assertThat(renewed.alive()).isTrue();
    }
  }

  @Test
  void shouldMakeDeadLettersOfWhatTheRegistryHasNotForLongAndNoMoreOnceItHas() throws Exception {
    String real = Servers.shared().registryUrl();
    try (FaultyRegistry registry = FaultyRegistry.before(real);
        Pipeline pipeline = new Pipeline("registry-without", 2, Servers.tinyModel())) {
      pipeline.set("schema.unknown.retry.ms", "2000");
      WorkerProcess worker = soundWorker(pipeline, registry);
      Answers answers = pipeline.answers();
      // As after a hard deletion: the id is the registry's no more.
      FreshSchema gone = FreshSchema.register(real, pipeline.applicationId);
      registry.fault(FaultyRegistry.ofIds(FaultyRegistry.UNKNOWN));
      List<String> lost = new ArrayList<>(send(pipeline, "lost", gone));
      assertThat(answers.await(LIMIT, a -> a.deadLetters.size() >= lost.size())).isTrue();
      lost.addAll(send(pipeline, "lost-too", gone));
      assertThat(answers.await(LIMIT, a -> a.deadLetters.size() >= lost.size())).isTrue();
      assertThat(registry.askedFor(gone.id())).isGreaterThan(2);

      registry.sound();
      List<String> ids = new ArrayList<>();
      while (answers.completions.isEmpty()) { // what is sent within a second may still be lost
        ids.addAll(send(pipeline, "found-" + ids.size(), gone));
        answers.await(Duration.ofSeconds(5), a -> answered(a) >= lost.size() + ids.size());
      }
      List<String> late = keys(answers.deadLetters);
      late.removeAll(lost);
      assertThat(ids).containsAll(late);
      assertThat(late).as("within a moment after the answer before").hasSizeLessThan(COUNT + 1);
      ids.removeAll(late);
      lost.addAll(late);

      // The schema is gone again; the worker that runs has it, one that is started has not.
      registry.fault(FaultyRegistry.ofIds(FaultyRegistry.UNKNOWN));
      ids.addAll(send(pipeline, "kept", gone));
      shouldAnswer(answers, ids);
      worker.terminate();
      pipeline.worker("b");
      lost.addAll(send(pipeline, "after", gone));
      int json = FreshSchema.register(real, "registry-without-json", "JSON", JSON_SCHEMA);
      registry.fault(FaultyRegistry.ofId(gone.id(), FaultyRegistry.UNKNOWN));
      pipeline.send("json-0", FreshSchema.under(json, request(pipeline, "json-0")));
      pipeline.flush();
      lost.add("json-0");
      assertThat(answers.await(LIMIT, a -> a.deadLetters.size() >= lost.size())).isTrue();

      shouldEndWith(answers, ids, lost.size());
      assertThat(keys(answers.deadLetters)).containsExactlyInAnyOrderElementsOf(lost);
      for (ConsumerRecord<byte[], byte[]> letter : answers.deadLetters) {
        boolean foreign = text(letter.key()).equals("json-0");
        assertThat(header(letter, "code")).isEqualTo(foreign ? "FOREIGN_SCHEMA" : "UNKNOWN_SCHEMA");
        assertThat(header(letter, "message"))
            .contains(
                foreign
                    ? "it is of type JSON, and Avro is needed"
                    : "the schema registry has no schema with id " + gone.id());
      }
    }
  }

  @Test
  void shouldAskTheNextAddressWhenTheFirstIsBroken() throws Exception {
    String real = Servers.shared().registryUrl();
    try (FaultyRegistry broken = FaultyRegistry.before(real);
        FaultyRegistry second = FaultyRegistry.before(real);
        Pipeline pipeline = new Pipeline("registry-two", 2, Servers.tinyModel())) {
      pipeline.set("schema.registry.url", broken.url() + "," + second.url());
      broken.fault(FaultyRegistry.always(new Reply(502, "<html>bad gateway</html>")));
      String config = pipeline.config("cli").toString();
      assertThat(lacuna("schemas", "register", "--config", config))
          .contains(pipeline.topics.requests() + "-value")
          .contains(pipeline.topics.timings() + "-value");
      pipeline.set("schemas.auto.register", "false");
      pipeline.worker("a");
      Answers answers = pipeline.answers();
      List<String> ids = new ArrayList<>();
      List<GenerationRequest> known = Requests.mixed("known", COUNT, 6, 4);
      pipeline.send(known);
      ids.addAll(Requests.ids(known));
      ids.addAll(send(pipeline, "fresh", FreshSchema.register(real, pipeline.applicationId)));
      shouldAnswer(answers, ids);

      // The second breaks, the first is mended; then the first only lags behind.
      second.die();
      broken.sound();
      ids.addAll(send(pipeline, "other", FreshSchema.register(real, pipeline.applicationId)));
      shouldAnswer(answers, ids);
      second.live();
      broken.fault(FaultyRegistry.ofIds(FaultyRegistry.UNKNOWN));
      ids.addAll(send(pipeline, "behind", FreshSchema.register(real, pipeline.applicationId)));
      shouldAnswer(answers, ids);

      broken.fault(FaultyRegistry.always(FaultyRegistry.GATEWAY));
      second.fault(FaultyRegistry.lags(Duration.ofSeconds(2)));
      Path documents = Servers.shared().folder().resolve("registry-two.jsonl");
      Files.writeString(documents, "{\"id\":\"by-command\",\"text\":\"a library for [[6]].\"}\n");
      assertThat(lacuna("submit", "--config", config, "-d", documents.toString(), "--wait"))
          .contains("by-command");
      ids.add("by-command");
      shouldAnswer(answers, ids);
      shouldEndWith(answers, ids, 0);
    }
  }

  private static WorkerProcess soundWorker(Pipeline pipeline, FaultyRegistry registry)
      throws Exception {
    pipeline.set("schema.registry.url", registry.url());
    // While the registry is sound, so that the worker starts and the tests' own producer writes.
    request(pipeline, "first");
    WorkerProcess worker = pipeline.worker("a");
    Pipeline.await("ready", LIMIT, () -> !worker.alive() || worker.log().contains("ready"));
    return worker;
  }

  private static byte[] request(Pipeline pipeline, String id) {
    return pipeline.encode(Requests.of(id, 4, 7, "a library for ", 6, "."));
  }

  /** Requests written by a schema that the workers have not seen. */
  private static List<String> send(Pipeline pipeline, String prefix, FreshSchema schema) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      ids.add(prefix + "-" + i);
      pipeline.send(ids.get(i), schema.write(request(pipeline, ids.get(i))));
    }
    pipeline.flush();
    return ids;
  }

  private static void shouldAnswer(Answers answers, List<String> ids) {
    assertThat(answers.await(LIMIT, a -> a.completions.keySet().containsAll(ids)))
        .as(
            "answers %s of %s, dead letters %d",
            answers.completions.keySet(), ids, answers.deadLetters.size())
        .isTrue();
  }

  /** Sent = answered and dead letters, each once. */
  private static void shouldEndWith(Answers answers, List<String> ids, int deadLetters) {
    answers.linger(MORE);
    ExactlyOnce.checkAllCompleted(answers, ids);
    assertThat(answers.deadLetters).hasSize(deadLetters);
  }

  private static int answered(Answers answers) {
    return answers.completions.size() + answers.deadLetters.size();
  }

  private static List<String> keys(List<ConsumerRecord<byte[], byte[]>> letters) {
    return new ArrayList<>(letters.stream().map(letter -> text(letter.key())).toList());
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return text(letter.headers().lastHeader("lacuna.dead." + name).value());
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** Runs a command in this JVM; what it printed, its exit status being 0. */
  private static String lacuna(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    Style plain = new Style(false);
    Console console = new Console(printed, printed, plain, plain, false, false, 100);
    int status = CommandLines.of(console, new StopSignals()).execute(arguments);
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(status).as(text).isZero();
    return text;
  }
}
