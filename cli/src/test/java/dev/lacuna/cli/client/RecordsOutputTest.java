package dev.lacuna.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.console.Style;
import dev.lacuna.testbed.Records;
import dev.lacuna.wire.Blank;
import dev.lacuna.wire.BlankLength;
import dev.lacuna.wire.Sample;
import dev.lacuna.wire.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordsOutputTest {
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
  void shouldPrintTheErrorWhenARequestFailed() {
    assertThat(CompletionText.of(Records.failed("x"), DOCUMENT, PLAIN))
        .contains("● x", "FAILED", "UNKNOWN_MODEL: There is no model 'x'.");
  }

  @Test
  void shouldWriteCompletionsAsOneJsonLine() throws Exception {
    String line = RecordJson.completion(Records.completed("x", 3));

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
    JsonNode node = new JsonMapper().readTree(RecordJson.completion(Records.failed("x")));

    assertThat(node.get("text").isNull()).isTrue();
    assertThat(node.at("/error/code").asText()).isEqualTo("UNKNOWN_MODEL");
    assertThat(node.at("/error/field").asText()).isEqualTo("model");
  }

  @Test
  void shouldWriteTimingsAsOneJsonLine() throws Exception {
    JsonNode node = new JsonMapper().readTree(RecordJson.stepTiming(Records.timing("x", 1, 2, 3)));

    assertThat(node.get("type").asText()).isEqualTo("stepTiming");
    assertThat(node.get("pass").asInt()).isEqualTo(1);
    assertThat(node.get("sample").asInt()).isEqualTo(1);
    assertThat(node.get("step").asInt()).isEqualTo(2);
    assertThat(node.get("steps").asInt()).isEqualTo(3);
    assertThat(node.get("maskedBefore").asInt()).isEqualTo(2);
    assertThat(node.get("maskedAfter").asInt()).isEqualTo(1);
    assertThat(node.get("deviceMicros").asLong()).isEqualTo(2000);
  }
}
