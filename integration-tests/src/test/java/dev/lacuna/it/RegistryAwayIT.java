package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.wire.GenerationRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The schema registry goes away and comes back under a worker. */
class RegistryAwayIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int KNOWN = 30;
  private static final int WAITING = 40;

  @Test
  void shouldGoOnWithKnownSchemasAndAnswerTheOthersWhenTheRegistryIsBack() throws Exception {
    String registry = Servers.shared().registryUrl();
    try (Relay relay = new Relay(registry);
        Pipeline pipeline = new Pipeline("registry-away", 2, Servers.tinyModel())) {
      pipeline.set("schema.registry.url", relay.url()).set("schema.unknown.retry.ms", "2000");
      WorkerProcess worker = pipeline.worker("a");
      Answers answers = pipeline.answers();
      List<GenerationRequest> before = Requests.mixed("before", KNOWN, 6, 4);
      pipeline.send(before);
      assertThat(answers.await(LIMIT, a -> a.completions.size() == KNOWN)).isTrue();

      relay.cut();
      FuzzSchemas schemas = FuzzSchemas.register(registry, "registry-away");
      List<String> waiting = sendUnknown(pipeline, schemas);
      List<GenerationRequest> during = Requests.mixed("during", KNOWN, 6, 4);
      pipeline.send(during);
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 2 * KNOWN))
          .as("requests of known schemas, the registry being away")
          .isTrue();
      Pipeline.await("told", LIMIT, () -> lines(worker, "the schema registry can't answer") > 0);
      assertThat(answers.completions.keySet()).doesNotContainAnyElementsOf(waiting);
      assertThat(answers.deadLetters).isEmpty();

      relay.mend();
      assertThat(answers.await(LIMIT, a -> a.completions.size() >= 2 * KNOWN + WAITING))
          .as("requests whose schema was asked for")
          .isTrue();
      assertThat(answers.await(LIMIT, a -> a.deadLetters.size() >= WAITING)).isTrue();
      answers.linger(Duration.ofSeconds(1));
      List<String> all = new ArrayList<>(Requests.ids(before));
      all.addAll(Requests.ids(during));
      all.addAll(waiting);
      ExactlyOnce.checkAllCompleted(answers, all);
      assertThat(answers.deadLetters)
          .hasSize(WAITING)
          .allSatisfy(
              letter ->
                  assertThat(
                          new String(
                              letter.headers().lastHeader("lacuna.dead.code").value(),
                              StandardCharsets.UTF_8))
                      .isEqualTo("UNKNOWN_SCHEMA"));
      assertThat(lines(worker, "the schema registry can't answer"))
          .as("lines of one outage with %d schemas asked for", WAITING + 1)
          .isEqualTo(1);
      assertThat(lines(worker, "the schema registry answers again")).isEqualTo(1);
    }
  }

  /** Requests of a schema that was registered meanwhile, and of ids that there are not. */
  private static List<String> sendUnknown(Pipeline pipeline, FuzzSchemas schemas) {
    FuzzRequests requests = new FuzzRequests(schemas);
    FuzzStrangers strangers = new FuzzStrangers(schemas);
    SplittableRandom random = new SplittableRandom(7);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < WAITING; i++) {
      String id = "waiting-" + i;
      ids.add(id);
      pipeline.send(id, strangers.evolved(i, id, random).value());
      byte[] nowhere = requests.valid(i, "nowhere-" + i).value();
      ByteBuffer.wrap(nowhere).putInt(1, 5_000_000 + i);
      pipeline.send("nowhere-" + i, nowhere);
    }
    pipeline.flush();
    return ids;
  }

  private static long lines(WorkerProcess worker, String text) {
    return worker.log().lines().filter(line -> line.contains(text)).count();
  }
}
