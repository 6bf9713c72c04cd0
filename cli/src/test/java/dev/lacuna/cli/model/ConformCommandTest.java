package dev.lacuna.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.cli.CommandLines;
import dev.lacuna.console.Console;
import dev.lacuna.console.Style;
import dev.lacuna.console.command.CommandFailure;
import dev.lacuna.console.command.StopSignals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output and exit status; what is compared is tested where it is compared. */
class ConformCommandTest {

  private static final String KIT = "../model-runtime/src/test/resources/conformance";
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** What a command printed, and its exit status. */
  private record Ran(int status, List<String> lines) {
    String last() {
      return lines.get(lines.size() - 1);
    }
  }

  @Test
  void shouldPrintATableAndEndWithTheCountsWhenAllPasses() {
    Ran ran = conform(KIT, "--model", "diffugpt-resized");

    assertThat(ran.status()).as("%s", err).isZero();
    assertThat(ran.lines()).hasSize(3);
    assertThat(ran.lines().get(0)).matches("model +logits +trajectories +distributions +tokenizer");
    assertThat(ran.lines().get(1))
        .matches("diffugpt-resized +3/3 +\\S+e-0\\d +1/1 +\\S+e-0\\d +6/6 +\\S+e-05 +6/6");
    assertThat(ran.last()).isEqualTo("16 passed, 0 failed, 0 skipped");
  }

  @Test
  void shouldSayWhatDifferedAndExitWith1WhenACaseFails() throws IOException {
    Ran ran = conform(spoilt().toString());

    assertThat(ran.status()).isEqualTo(CommandFailure.FAILED);
    assertThat(ran.lines().get(ran.lines().size() - 2))
        .startsWith("FAILED diffugpt-resized trajectory prefix: step 1 (alone), position ")
        .endsWith("expected 0");
    assertThat(ran.last()).isEqualTo("15 passed, 1 failed, 0 skipped");
  }

  @Test
  void shouldPrintOneObjectALineWhenAskedForJson() throws IOException {
    Ran ran = conform(spoilt().toString(), "--json");

    List<JsonNode> cases = new ArrayList<>();
    for (String line : ran.lines()) {
      cases.add(JSON.readTree(line));
    }
    JsonNode summary = cases.remove(cases.size() - 1);
    assertThat(summary)
        .isEqualTo(
            JSON.readTree("{\"type\":\"summary\",\"passed\":15,\"failed\":1,\"skipped\":0}"));
    assertThat(cases).hasSize(16);
    assertThat(cases)
        .filteredOn(one -> one.get("outcome").asText().equals("failed"))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.get("model").asText()).isEqualTo("diffugpt-resized");
              assertThat(one.get("kind").asText()).isEqualTo("trajectory");
              assertThat(one.get("reason").asText()).startsWith("step 1 ");
            });
    assertThat(ran.status()).isEqualTo(CommandFailure.FAILED);
  }

  @Test
  void shouldExitWith2AndASentenceWhenTheFolderIsNoKit() {
    Ran ran = conform(folder.toString());

    assertThat(ran.status()).isEqualTo(CommandFailure.USAGE);
    assertThat(ran.lines()).isEmpty();
    assertThat(text(err))
        .contains("holds no manifest.json, expected the folder of a conformance kit");
  }

  @Test
  void shouldExitWith2WhenNoModelHasTheName() {
    Ran ran = conform(KIT, "--model", "gpt-5");

    assertThat(ran.status()).isEqualTo(CommandFailure.USAGE);
    assertThat(text(err)).contains("has no model 'gpt-5', expected one of [diffugpt, ");
  }

  /** A kit of one model, with a canvas changed in its one trajectory. */
  private Path spoilt() throws IOException {
    Path model = Path.of(KIT, "diffugpt-resized");
    try (Stream<Path> files = Files.walk(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(Path.of(KIT).relativize(file)));
      }
    }
    ObjectNode manifest = (ObjectNode) JSON.readTree(Path.of(KIT, "manifest.json").toFile());
    JsonNode entry = manifest.get("models").get(1);
    manifest.putArray("models").add(entry);
    JSON.writeValue(folder.resolve("manifest.json").toFile(), manifest);
    Path file = folder.resolve("diffugpt-resized/golden/traj_prefix.json");
    ObjectNode run = (ObjectNode) JSON.readTree(file.toFile());
    ObjectNode step = (ObjectNode) run.get("steps").get(1);
    ((ArrayNode) step.get("canvas_out")).set(12, 0);
    JSON.writeValue(file.toFile(), run);
    return folder;
  }

  private Ran conform(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(
            stream(out), stream(err), new Style(false), new Style(false), false, false, 100);
    List<String> all = new ArrayList<>(List.of("conform"));
    all.addAll(List.of(arguments));
    int status = CommandLines.of(console, new StopSignals()).execute(all.toArray(String[]::new));
    return new Ran(status, text(out).lines().toList());
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
