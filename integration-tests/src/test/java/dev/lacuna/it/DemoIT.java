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
    check(demo());
  }

  /** Text that no tokenizer leaves alone: several scripts, a joined emoji, tabs, line ends. */
  private static final String ODD =
      "\u00e9t\u00e9 \u65e5\u672c\u8a9e \ud83d\udc69\u200d\ud83d\ude80\t\r\n  a <mask> b\u0000 ";

  private static final int BLANKS = 12;

  @Test
  void shouldReturnTheTextBetweenBlanksWhenADocumentIsLongerThanTheCanvas() throws Exception {
    String piece = "A package for people who read long documents. ".repeat(12) + ODD;
    String last = " and so it ends.\n";
    ObjectMapper json = new ObjectMapper();
    Path documents = folder.resolve("long.jsonl");
    Map<String, Object> sampling = Map.of("steps", 2, "seed", 7);
    String manyBlanks = (piece + "[[3]]").repeat(BLANKS) + last;
    String longBlank = piece + "[[600]]" + last;
    Files.write(
        documents,
        List.of(
            json.writeValueAsString(Map.of("id", "a", "text", manyBlanks, "sampling", sampling)),
            json.writeValueAsString(Map.of("id", "b", "text", longBlank, "sampling", sampling))));
    Map<String, Integer> passes = new TreeMap<>();
    Map<String, JsonNode> samples = new TreeMap<>();
    for (String line : demo("--documents", documents.toString())) {
      JsonNode node = json.readTree(line);
      String type = node.get("type").asText();
      if (type.equals("completion")) {
        assertThat(node.get("status").asText()).as(line).isEqualTo("COMPLETED");
        samples.put(node.get("id").asText(), node.get("samples").get(0));
      } else if (type.equals("stepTiming")) {
        passes.merge(node.get("id").asText(), node.get("pass").asInt(), Math::max);
      }
    }
    assertThat(passes.get("a")).isGreaterThan(3);
    assertThat(passes.get("b")).isGreaterThan(3);
    StringBuilder expected = new StringBuilder();
    samples
        .get("a")
        .get("blanks")
        .forEach(b -> expected.append(piece).append(b.get("text").asText()));
    assertThat(samples.get("a").get("text").asText()).isEqualTo(expected + last);
    assertThat(samples.get("b").get("text").asText()).startsWith(piece).endsWith(last);
    assertThat(samples.get("b").get("blanks").get(0).get("tokens").asInt()).isEqualTo(600);
  }

  private List<String> demo(String... options) throws Exception {
    Path out = folder.resolve("out.jsonl");
    Path err = folder.resolve("err.log");
    List<String> arguments = new ArrayList<>(List.of("demo", "--json"));
    arguments.addAll(List.of(options));
    Process demo =
        new ProcessBuilder(command(arguments.toArray(String[]::new)))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(demo.waitFor(180, TimeUnit.SECONDS)).as("demo ends").isTrue();
    assertThat(demo.exitValue()).as("%s", Files.readString(err)).isZero();
    return Files.readAllLines(out, StandardCharsets.UTF_8);
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
    command.add("-Dlacuna.broker.home=" + System.getProperty("lacuna.broker.home"));
    command.add("-Dlacuna.registry.home=" + System.getProperty("lacuna.registry.home"));
    command.addAll(List.of("-cp", Distribution.commandClassPath(), "dev.lacuna.cli.Lacuna"));
    command.addAll(List.of(arguments));
    return command;
  }
}
