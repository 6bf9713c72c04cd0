package dev.lacuna.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that a new user types first. */
class DemoIT {

  @TempDir Path folder;

  @Test
  void shouldPrintOneJsonObjectALineAndAccountForEveryStep() throws Exception {
    Path out = folder.resolve("out.jsonl");
    Path err = folder.resolve("err.log");
    Process demo =
        new ProcessBuilder(command("demo", "--json"))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(demo.waitFor(180, TimeUnit.SECONDS)).as("demo ends").isTrue();
    assertThat(demo.exitValue()).as("%s", Files.readString(err)).isZero();
    check(Files.readAllLines(out, StandardCharsets.UTF_8));
  }

  private static void check(List<String> lines) throws Exception {
    ObjectMapper json = new ObjectMapper();
    Map<String, JsonNode> completions = new TreeMap<>();
    Map<String, List<Integer>> steps = new TreeMap<>();
    JsonNode summary = null;
    for (String line : lines) {
      JsonNode node = json.readTree(line);
      switch (node.get("type").asText()) {
        case "completion" ->
            assertThat(completions.put(node.get("id").asText(), node)).as(line).isNull();
        case "stepTiming" ->
            steps
                .computeIfAbsent(node.get("id").asText(), id -> new ArrayList<>())
                .add(node.get("step").asInt());
        case "summary" -> summary = node;
        default -> throw new AssertionError(line);
      }
    }
    assertThat(summary).isNotNull();
    assertThat(completions).hasSize(summary.get("requests").asInt()).hasSizeGreaterThan(25);
    assertThat(summary.get("completions").asInt()).isEqualTo(completions.size());
    completions.forEach(
        (id, completion) ->
            assertThat(steps.get(id))
                .as("steps of %s", id)
                .containsExactlyInAnyOrderElementsOf(
                    IntStream.rangeClosed(1, completion.get("stepsRun").asInt()).boxed().toList()));
    assertThat(summary.get("timings").asInt())
        .isEqualTo(steps.values().stream().mapToInt(List::size).sum());
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlacuna.home=" + System.getProperty("lacuna.home"));
    command.add("-Dlacuna.registry.home=" + System.getProperty("lacuna.registry.home"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.lacuna.deploy.Lacuna"));
    command.addAll(List.of(arguments));
    return command;
  }
}
