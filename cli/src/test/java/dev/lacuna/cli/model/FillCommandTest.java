package dev.lacuna.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.cli.CommandLines;
import dev.lacuna.console.Console;
import dev.lacuna.console.Style;
import dev.lacuna.console.command.StopSignals;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The demo model, filled without Kafka. */
class FillCommandTest {
  private static final String TEXT = "A library for [[12]] in Java";

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void shouldGiveTheSameTextForTheSameSeedAndAnotherForAnother() {
    String first = fill(false, TEXT, "--steps", "8", "--seed", "7");

    assertThat(first).startsWith("A library for ").endsWith(" in Java\n");
    assertThat(fill(false, TEXT, "--steps", "8", "--seed", "7")).isEqualTo(first);
    assertThat(fill(false, TEXT, "--steps", "8", "--seed", "8")).isNotEqualTo(first);
    assertThat(text(err)).isEmpty();
  }

  @Test
  void shouldDrawASeedAndSaySoWhenNoneIsGiven() {
    String filled = fill(false, TEXT, "--steps", "4");
    String seed = text(err).strip().replace("seed ", "");

    assertThat(fill(false, TEXT, "--steps", "4", "--seed", seed)).isEqualTo(filled);
  }

  @Test
  void shouldTakeAnEscapedMarkerAsText() {
    assertThat(fill(false, "\\[[ and [[3]].", "--seed", "1")).startsWith("[[ and ").endsWith(".\n");
  }

  @Test
  void shouldSetBlanksOffOnATerminal() {
    assertThat(fill(true, TEXT, "--steps", "2", "--seed", "1"))
        .startsWith("A library for \u001b[1;36m")
        .endsWith("\u001b[0m in Java\n");
  }

  @Test
  void shouldPrintTheTextByteForByteInAPipe() {
    String markup = "one\r\ntwo\u0000\u001b[31m [[2]] end\r";
    String[] known = markup.split("\\[\\[2]]", 2);

    assertThat(fill(false, markup, "--seed", "1")).startsWith(known[0]).endsWith(known[1] + "\n");
    assertThat(fill(true, markup, "--seed", "1")).doesNotContain("\r", "\u0000", "\u001b[31m");
  }

  @Test
  void shouldPrintEverySampleAsJson() throws Exception {
    String printed = fill(false, TEXT, "--steps", "2", "--seed", "1", "--samples", "2", "--json");

    List<JsonNode> samples = new ArrayList<>();
    for (String line : printed.lines().toList()) {
      samples.add(new JsonMapper().readTree(line));
    }
    assertThat(samples).hasSize(2);
    assertThat(samples.get(0).get("sample").asInt()).isEqualTo(1);
    assertThat(samples.get(0).get("seed").asLong()).isEqualTo(1);
    assertThat(samples.get(0).get("stepsRun").asInt()).isEqualTo(2);
    assertThat(samples.get(0).at("/blanks/0/tokenIds").size()).isEqualTo(12);
    assertThat(samples.get(1).get("text")).isNotEqualTo(samples.get(0).get("text"));
  }

  private String fill(boolean ansi, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(stream(out), stream(err), new Style(ansi), new Style(false), false, ansi, 100);
    List<String> all = new ArrayList<>(List.of("fill", "--model", "../demo-model"));
    all.addAll(List.of(arguments));
    assertThat(CommandLines.of(console, new StopSignals()).execute(all.toArray(String[]::new)))
        .as("%s", text(err))
        .isZero();
    return text(out);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
