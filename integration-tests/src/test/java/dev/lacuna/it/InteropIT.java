package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The contract is usable without this project's classes: a Python script writes a request and reads
 * the completion by kcat and fastavro, from the {@code .avsc} files and the registry alone. Skipped
 * where python3 with fastavro, or kcat, is missing.
 */
class InteropIT {

  private static final Path SCRIPT =
      Path.of("..", "schemas", "src", "test", "interop", "roundtrip.py").toAbsolutePath();

  @Test
  void shouldServeAClientThatIsNotJava() throws Exception {
    Optional<String> python = python();
    assumeTrue(python.isPresent(), "python3 with fastavro");
    assumeTrue(Tools.run(List.of("kcat", "-V")), "kcat");
    try (Pipeline pipeline = new Pipeline("interop", 2, Servers.demoModel())) {
      pipeline.worker("a");
      Pipeline.await(
          "worker registered the schemas",
          Duration.ofSeconds(60),
          () -> pipeline.endOffsets(pipeline.topics.requests()) == 0 && ready(pipeline));
      // Registers the request schema, as `lacuna schemas register` would.
      pipeline.encode(Requests.of("any", 1, 1, "a ", 1));
      Process script =
          new ProcessBuilder(
                  python.get(),
                  SCRIPT.toString(),
                  "--bootstrap=" + Servers.shared().bootstrapServers(),
                  "--registry=" + Servers.shared().registryUrl(),
                  "--id=from-python",
                  "--requests=" + pipeline.topics.requests(),
                  "--completions=" + pipeline.topics.completions(),
                  "--timings=" + pipeline.topics.timings())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String out = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(script.waitFor()).as(out).isZero();
      JsonNode json = new ObjectMapper().readTree(out);
      assertThat(json.toString()).contains("from-python").contains("COMPLETED");
    }
  }

  private static boolean ready(Pipeline pipeline) throws Exception {
    return pipeline.admin.listConsumerGroups().all().get().stream()
        .anyMatch(group -> group.groupId().equals(pipeline.applicationId));
  }

  private static Optional<String> python() {
    return Stream.of(System.getenv("TEST_PYTHON"), "python3", "python")
        .filter(python -> python != null && Tools.run(List.of(python, "-c", "import fastavro")))
        .findFirst();
  }
}
