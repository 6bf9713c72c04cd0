package dev.lacuna.field;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lacuna.it.Pipeline;
import dev.lacuna.it.Servers;
import dev.lacuna.it.WorkerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A worker whose log is JSON prints nothing else, from the first line to the last. */
class JsonLogIT {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void shouldPrintJsonAloneWhenAWorkerWorksAndStops() throws Exception {
    try (Pipeline pipeline = new Pipeline("json-log", 1, Servers.tinyModel())) {
      pipeline.set("log.format", "json").set("kafka.no.such.setting", "1");
      WorkerProcess worker = pipeline.worker("w-7");
      Pipeline.await("ready", LIMIT, () -> worker.log().contains("\"ready\"") || !worker.alive());
      assertThat(worker.terminate()).as("%s", worker.log()).isZero();
      List<JsonNode> lines = lines(worker);
      // Warnings of the configuration come before the worker's name is known to be sound.
      assertThat(lines.get(0).get("message").asText()).contains("kafka.no.such.setting");
      assertThat(lines.get(1).get("message").asText()).contains("topics.replication.factor = 1");
      assertThat(lines.subList(0, 2)).allMatch(line -> line.get("level").asText().equals("WARN"));
      assertThat(lines.subList(2, lines.size()))
          .allMatch(line -> line.get("worker").asText().equals("w-7"))
          .allMatch(line -> line.get("application").asText().equals("json-log"));
      JsonNode ready =
          lines.stream()
              .filter(line -> line.get("message").asText().startsWith("ready"))
              .findFirst()
              .orElseThrow();
      assertThat(ready.get("millis").asLong()).isPositive();
      JsonNode started =
          lines.stream()
              .filter(line -> line.get("message").asText().equals("the worker started"))
              .findFirst()
              .orElseThrow();
      assertThat(started.get("id").asText()).isEqualTo("w-7");
    }
  }

  @Test
  void shouldPrintJsonAloneWhenAWorkerCantStart() throws Exception {
    try (Pipeline pipeline = new Pipeline("json-refused", 1, Servers.tinyModel())) {
      pipeline.set("log.format", "json");
      pipeline.admin.deleteTopics(List.of(pipeline.topics.timings())).all().get();
      WorkerProcess worker = pipeline.worker("refused");
      Pipeline.await("ends", LIMIT, () -> !worker.alive());
      List<JsonNode> lines = lines(worker);
      JsonNode last = lines.get(lines.size() - 1);
      assertThat(last.get("level").asText()).isEqualTo("ERROR");
      assertThat(last.get("message").asText()).contains(pipeline.topics.timings());
      assertThat(last.get("exitStatus").asInt()).isEqualTo(worker.exitValue()).isPositive();
      // Bad configuration is told the same way.
      pipeline.set("slots", "none");
      WorkerProcess misconfigured = pipeline.worker("misconfigured");
      Pipeline.await("ends", LIMIT, () -> !misconfigured.alive());
      assertThat(lines(misconfigured))
          .singleElement()
          .satisfies(line -> assertThat(line.get("message").asText()).contains("slots"))
          .satisfies(line -> assertThat(line.get("exitStatus").asInt()).isEqualTo(2));
    }
  }

  private static List<JsonNode> lines(WorkerProcess worker) throws Exception {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : worker.log().lines().toList()) {
      JsonNode node = json.readTree(line);
      assertThat(node.isObject()).as(line).isTrue();
      for (String key : List.of("timestamp", "level", "logger", "thread", "message")) {
        assertThat(node.hasNonNull(key)).as("%s of %s", key, line).isTrue();
      }
      lines.add(node);
    }
    assertThat(lines).isNotEmpty();
    return lines;
  }
}
