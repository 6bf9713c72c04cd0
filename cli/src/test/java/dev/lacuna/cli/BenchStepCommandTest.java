package dev.lacuna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.console.Console;
import dev.lacuna.console.Style;
import dev.lacuna.console.command.StopSignals;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command prints; how fast anything was decides nothing here. */
class BenchStepCommandTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void shouldPrintTheMachineAndARowForEveryCombinationWhenAskedForJson() throws Exception {
    int status =
        bench(
            "--random-weights 64x2x100 --rows 1,2 --length 16 --masked 1.0,0.25"
                + " --temperature 0,1 --rounds 1 --threads 1 --json");

    assertThat(status).as("%s", text(err)).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : text(out).lines().toList()) {
      lines.add(new JsonMapper().readTree(line));
    }
    assertThat(lines.get(0).get("type").asText()).isEqualTo("machine");
    List<JsonNode> steps = ofType(lines, "step");
    assertThat(steps).hasSize(8);
    for (JsonNode step : steps) {
      assertThat(names(step))
          .containsExactly(
              "type",
              "model",
              "rows",
              "length",
              "maskedShare",
              "temperature",
              "stepMillis",
              "floorMillis",
              "floorGflops",
              "ratioToFloor");
      assertThat(step.get("model").asText()).isEqualTo("random-64x2x100");
      assertThat(step.get("length").asInt()).isEqualTo(16);
      assertThat(step.get("ratioToFloor").asDouble()).isPositive();
    }
    assertThat(ofType(lines, "memory")).hasSize(1);
    assertThat(ofType(lines, "memory").get(0).get("weightBytes").asLong())
        // Embedding, three norms' pairs and a last one, attention, MLP; four bytes each.
        .isEqualTo(4L * (100 * 64 + 2 * (2 * 64 + 4 * 64 * 64 + 3 * 64 * 176) + 64));
    assertThat(ofType(lines, "settings").get(0).get("dtype").asText()).isEqualTo("fp32");
    assertThat(ofType(lines, "stepParts")).hasSize(4);
    assertThat(ofType(lines, "stepParts"))
        .allSatisfy(part -> assertThat(part.get("hostShare").asDouble()).isBetween(0.0, 1.0));
    assertThat(ofType(lines, "floor")).hasSize(4);
  }

  @Test
  void shouldLeaveTheFloorEmptyWhenItIsNotWanted() throws Exception {
    bench("--random-weights 64x1x100 --rows 1 --length 8 --rounds 1 --no-floor --json");

    JsonNode step = new JsonMapper().readTree(text(out).lines().toList().get(3));
    assertThat(step.get("stepMillis").isNumber()).isTrue();
    assertThat(step.get("floorMillis").isNull()).isTrue();
    assertThat(step.get("ratioToFloor").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rows 0 | --rows is 0; it must be from 1 to 1024",
        "--length 0 | --length is 0; it must be at least 1",
        "--length 257 | --length is 257; it must be from 1 to 256",
        "--masked 1.5 | --masked is 1.5; it must be above 0, up to 1",
        "--temperature -1 | --temperature is -1.0; it must be a number from 0 to 100",
        "--top-p 0 | --top-p is 0.0; it must be above 0, up to 1",
        "--rounds 0 | --rounds is 0; it must be from 1 to 10000",
        "--dtype fp8 | --dtype is fp8; it must be auto, fp32, fp16 or int8",
        "--threads -1 | --threads is -1; it must be from 0 to 1024",
        "--random-weights 768 | --random-weights is '768'; write HIDDENxLAYERS",
        "--random-weights 100x2 | has a hidden size of 100; it must be a multiple of 64",
        "--random-weights 64x0 | has 0 layers; there must be 1 to 128",
        "--random-weights 64x1x2 | has a vocabulary of 2; it must be from 8",
        "--random-weights 64x1 --model x | exclude each other; leave one out",
      })
  void shouldNameTheOptionAndItsBoundsWhenUsageIsWrong(String arguments, String message) {
    assertThat(bench("--model ../demo-model " + arguments, arguments)).isEqualTo(2);
    assertThat(text(out)).isEmpty();
    assertThat(text(err)).contains(message);
  }

  private static List<JsonNode> ofType(List<JsonNode> lines, String type) {
    return lines.stream().filter(line -> line.get("type").asText().equals(type)).toList();
  }

  private static List<String> names(JsonNode node) {
    Iterable<String> names = node::fieldNames;
    return StreamSupport.stream(names.spliterator(), false).toList();
  }

  /** With the demo model unless the arguments choose another. */
  private int bench(String withDemoModel, String arguments) {
    return bench(
        arguments.contains("--random-weights") || arguments.contains("--model")
            ? arguments
            : withDemoModel);
  }

  private int bench(String arguments) {
    Console console =
        new Console(
            stream(out), stream(err), new Style(false), new Style(false), false, false, 100);
    List<String> all = new ArrayList<>(List.of("bench", "step"));
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
