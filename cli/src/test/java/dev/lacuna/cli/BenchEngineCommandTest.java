package dev.lacuna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.console.Console;
import dev.lacuna.console.Style;
import dev.lacuna.console.command.StopSignals;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command prints; how fast anything was decides nothing here. */
class BenchEngineCommandTest {

  private static final int MASK = 2;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  @Test
  void shouldPrintARowForEveryCombinationAndDrawThem() throws Exception {
    Path plot = folder.resolve("plot.svg");
    int status =
        bench(
            "--rows 1,3 --slots 2 --length 24 --steps 2 --rounds 1 --temperature 0 --json"
                + " --dtype fp32,int8 --documents ../demo-model/heldout.jsonl --plot "
                + plot);

    assertThat(status).as("%s", text(err)).isZero();
    List<JsonNode> lines = lines();
    assertThat(lines.get(0).get("type").asText()).isEqualTo("machine");
    List<JsonNode> rows = lines.subList(1, lines.size());
    assertThat(rows).hasSize(4);
    for (JsonNode row : rows) {
      assertThat(names(row))
          .containsExactly(
              "type",
              "model",
              "dtype",
              "rows",
              "length",
              "steps",
              "maskedShare",
              "temperature",
              "slots",
              "seconds",
              "tokensPerSecond",
              "passMillis",
              "meanBatchRows",
              "hostShare");
      assertThat(row.get("tokensPerSecond").asDouble()).isPositive();
      assertThat(row.get("meanBatchRows").asDouble()).isBetween(1.0, 2.0);
      assertThat(row.get("hostShare").asDouble()).isBetween(0.0, 1.0);
    }
    assertThat(rows).extracting(row -> row.get("dtype").asText()).contains("fp32", "int8");
    assertThat(Files.readString(plot)).startsWith("<svg ").contains("int8, temperature 0");
  }

  @Test
  void shouldRunCanvasesOnceForEachLineAndLeaveTheirTokens() throws Exception {
    Path canvases = folder.resolve("canvases.jsonl");
    Files.writeString(
        canvases, "{\"tokens\": [500, 2, 2, 700]}\n{\"tokens\": [2, 900, 901, 902]}\n");
    Path filled = folder.resolve("filled.jsonl");

    int status =
        withInput(
            "0\n1\n", "--steps 2 --json --canvases %s --tokens-out %s".formatted(canvases, filled));

    assertThat(status).as("%s", text(err)).isZero();
    assertThat(lines().stream().skip(1).map(row -> row.get("temperature").asInt()))
        .containsExactly(0, 1);
    List<String> tokens = Files.readAllLines(filled);
    assertThat(tokens).hasSize(2);
    JsonNode first = new JsonMapper().readTree(tokens.get(0)).get("tokens");
    assertThat(first.get(0).asInt()).isEqualTo(500);
    assertThat(first.get(3).asInt()).isEqualTo(700);
    assertThat(IntStream.range(0, 4).map(i -> first.get(i).asInt())).doesNotContain(MASK);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'tokens': [1, 5000, 2]} | line 1: token 5000 must be an id from 0 to 4095",
        "{'tokens': []} | line 1: tokens must be an array of 1 to 256 ids of the model",
        "{'tokens': [7, 8]} | line 1: there is no mask, id 2, among the tokens",
        "{'tokens' | line 1: it is no JSON",
      })
  void shouldNameTheLineOfACanvasThatCannotBeRun(String line, String message) throws Exception {
    Path canvases = folder.resolve("canvases.jsonl");
    Files.writeString(canvases, line.replace('\'', '"') + "\n");

    assertThat(withInput("", "--json --canvases " + canvases)).isEqualTo(2);
    assertThat(text(err)).contains(message);
  }

  @Test
  void shouldEndWhenALineIsNoTemperature() throws Exception {
    Path canvases = folder.resolve("canvases.jsonl");
    Files.writeString(canvases, "{\"tokens\": [500, 2]}\n");

    assertThat(withInput("warm\n", "--json --canvases " + canvases)).isEqualTo(2);
    assertThat(text(err)).contains("'warm'; each begins a round and holds its temperature");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rows 0 | --rows is 0; it must be from 1 to 1024",
        "--length 300 | --length is 300; it must be from 1 to 256",
        "--steps 0 | --steps is 0; it must be from 1 to",
        "--masked 0 | --masked is 0.0; it must be above 0, up to 1",
        "--slots 0 | --slots is 0; it must be from 1 to 1024",
        "--rounds 0 | --rounds is 0; it must be from 1 to 10000",
        "--dtype fp8 | dtype is 'fp8'; use auto, fp32, fp16 or int8",
        "--dtype fp32,fp32 | --dtype names one type twice; leave one out",
        "--tokens-out f | --tokens-out needs --canvases FILE to run",
        "--canvases /nonexistent --json | --canvases is /nonexistent, which can't be read",
        "--canvases f | --canvases needs --json, one --dtype and one number of --steps",
        "--plot /nonexistent/p.svg | its folder does not exist; create it first",
      })
  void shouldNameTheOptionAndItsBoundsWhenUsageIsWrong(String arguments, String message) {
    assertThat(bench(arguments + " --documents ../demo-model/heldout.jsonl")).isEqualTo(2);
    assertThat(text(out)).isEmpty();
    assertThat(text(err)).contains(message);
  }

  private List<JsonNode> lines() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : text(out).lines().toList()) {
      lines.add(new JsonMapper().readTree(line));
    }
    return lines;
  }

  private static List<String> names(JsonNode node) {
    Iterable<String> names = node::fieldNames;
    return StreamSupport.stream(names.spliterator(), false).toList();
  }

  private int withInput(String input, String arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return bench(arguments);
    } finally {
      System.setIn(before);
    }
  }

  private int bench(String arguments) {
    Console console =
        new Console(
            stream(out), stream(err), new Style(false), new Style(false), false, false, 100);
    List<String> all = new ArrayList<>(List.of("bench", "engine", "--model", "../demo-model"));
    all.addAll(List.of(arguments.split(" ")));
    return CommandLines.of(console, new StopSignals()).execute(all.toArray(String[]::new));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
