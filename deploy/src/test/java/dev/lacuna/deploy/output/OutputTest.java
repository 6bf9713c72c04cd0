package dev.lacuna.deploy.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.deploy.demo.Records;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.Text;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {
  private static final Style PLAIN = new Style(false);
  private static final Style ANSI = new Style(true);
  private static final List<Object> DOCUMENT =
      List.of(new Text("a "), new Blank(4, null, BlankLength.EXACT), new Text(" b"));

  @Test
  void shouldSetBlanksOffInBothStyles() {
    Sample sample = Records.sample(1, 3);

    assertThat(FilledText.render(DOCUMENT, sample, PLAIN)).isEqualTo("a ⟦filled⟧ b");
    assertThat(FilledText.render(DOCUMENT, sample, ANSI))
        .isEqualTo("a \u001b[1;36mfilled\u001b[0m b");
  }

  @Test
  void shouldPrintTheCompletionsOwnTextWhenTheDocumentIsAnother() {
    assertThat(FilledText.render(List.of(new Text("other")), Records.sample(1, 3), PLAIN))
        .isEqualTo("a filled b");
    assertThat(FilledText.render(List.of(), Records.sample(1, 3), PLAIN)).isEqualTo("a filled b");
  }

  @Test
  void shouldShowControlCharactersAndKeepLineFeedsAndTabs() {
    assertThat(Visible.of("a\n\tb\u001b[2J\u0000\r\u007f\u009b")).isEqualTo("a\n\tb␛[2J␀␍␡\\u009b");
  }

  @Test
  void shouldPrintTheErrorWhenARequestFailed() {
    assertThat(CompletionText.of(Records.failed("x"), DOCUMENT, PLAIN))
        .contains("● x", "FAILED", "UNKNOWN_MODEL: There is no model 'x'.");
  }

  @Test
  void shouldWriteCompletionsAsOneJsonLine() throws Exception {
    String line = JsonLines.completion(Records.completed("x", 3));

    assertThat(line).doesNotContain("\n");
    JsonNode node = new JsonMapper().readTree(line);
    assertThat(node.get("type").asText()).isEqualTo("completion");
    assertThat(node.get("id").asText()).isEqualTo("x");
    assertThat(node.get("status").asText()).isEqualTo("COMPLETED");
    assertThat(node.get("text").asText()).isEqualTo("a filled b");
    assertThat(node.get("stepsRun").asInt()).isEqualTo(3);
    assertThat(node.get("timingsTotal").asInt()).isEqualTo(3);
    assertThat(node.at("/samples/0/blanks/0/text").asText()).isEqualTo("filled");
    assertThat(node.has("error")).isFalse();
  }

  @Test
  void shouldWriteTheErrorAndNoTextWhenARequestFailed() throws Exception {
    JsonNode node = new JsonMapper().readTree(JsonLines.completion(Records.failed("x")));

    assertThat(node.get("text").isNull()).isTrue();
    assertThat(node.at("/error/code").asText()).isEqualTo("UNKNOWN_MODEL");
    assertThat(node.at("/error/field").asText()).isEqualTo("model");
  }

  @Test
  void shouldWriteTimingsAsOneJsonLine() throws Exception {
    JsonNode node = new JsonMapper().readTree(JsonLines.stepTiming(Records.timing("x", 1, 2, 3)));

    assertThat(node.get("type").asText()).isEqualTo("stepTiming");
    assertThat(node.get("pass").asInt()).isEqualTo(1);
    assertThat(node.get("sample").asInt()).isEqualTo(1);
    assertThat(node.get("step").asInt()).isEqualTo(2);
    assertThat(node.get("steps").asInt()).isEqualTo(3);
    assertThat(node.get("maskedBefore").asInt()).isEqualTo(2);
    assertThat(node.get("maskedAfter").asInt()).isEqualTo(1);
    assertThat(node.get("deviceMicros").asLong()).isEqualTo(2000);
  }

  @Test
  void shouldKeepOrderAndNullsOfAnObject() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("b", 1);
    fields.put("a", null);
    fields.put("list", List.of("x\n"));

    assertThat(JsonLines.object("summary", fields))
        .isEqualTo("{\"type\":\"summary\",\"b\":1,\"a\":null,\"list\":[\"x\\n\"]}");
  }

  @Test
  void shouldCountOneInTheSingular() {
    assertThat(Counted.of(1, "row")).isEqualTo("1 row");
    assertThat(Counted.of(0, "row")).isEqualTo("0 rows");
  }

  @Test
  void shouldDrawBarsInProportion() {
    assertThat(TextPlot.bars(new double[] {0, 2, 4, 8}, 10, 2))
        .containsExactly("    8.0 ┤   █", "      0 ┤ ▄██");
    assertThat(TextPlot.bars(new double[] {0, 0}, 10, 1)).containsExactly("    0.0 ┤");
    assertThat(TextPlot.bars(new double[0], 10, 2)).isEmpty();
  }

  @Test
  void shouldAverageNeighboursWhenThereAreMoreValuesThanColumns() {
    assertThat(TextPlot.squeeze(new double[] {1, 3, 5, 7}, 2)).containsExactly(2, 6);
    assertThat(TextPlot.squeeze(new double[] {1, 3, 5}, 2)).containsExactly(1, 4);
    assertThat(TextPlot.squeeze(new double[] {1, 3}, 5)).containsExactly(1, 3);
  }

  @Test
  void shouldWriteOverOneLineOnATerminal() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ProgressLine progress = new ProgressLine(console(bytes, true), Duration.ofSeconds(1))) {
      progress.show(1, 2, "half", 0);
      progress.show(2, 2, "all", 1);
    }

    String text = bytes.toString(StandardCharsets.UTF_8);
    assertThat(text).contains("█".repeat(12) + "░".repeat(12) + " half", "█".repeat(24) + " all");
    assertThat(text).doesNotContain("\n").endsWith("\r\u001b[2K");
  }

  @Test
  void shouldWriteALineNowAndThenInAPipe() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ProgressLine progress = new ProgressLine(console(bytes, false), Duration.ofSeconds(1))) {
      progress.show(1, 4, "one", 0);
      progress.show(2, 4, "two", 999_999_999);
      progress.show(3, 4, "three", 1_000_000_000);
      progress.show(3, 4, "three", 9_000_000_000L);
    }

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).containsExactly("one", "three");
  }

  @Test
  void shouldFillNoBarWhenNothingIsToDo() {
    assertThat(ProgressLine.bar(0, 0)).isEqualTo("░".repeat(24));
    assertThat(ProgressLine.bar(9, 3)).isEqualTo("█".repeat(24));
  }

  @Test
  void shouldHonourNoColor() {
    assertThat(Console.system(Map.of("NO_COLOR", "1", "TERM", "xterm")).outStyle().ansi())
        .isFalse();
  }

  private static Console console(ByteArrayOutputStream err, boolean live) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Console(stream, stream, PLAIN, PLAIN, live, live, 80);
  }
}
