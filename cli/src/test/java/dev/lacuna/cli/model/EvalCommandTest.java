package dev.lacuna.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lacuna.cli.CommandLines;
import dev.lacuna.console.Console;
import dev.lacuna.console.Style;
import dev.lacuna.console.command.StopSignals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo model on a few short texts. */
class EvalCommandTest {
  private static final String DEMO = "../demo-model";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  @Test
  void shouldPrintJsonAndWriteAPlotAndBaselines() throws Exception {
    Path texts = texts("accel: utility for a subsystem of the kernel", "library for a language");
    Path plot = folder.resolve("plot.svg");
    Path baselines = folder.resolve("baselines.json");

    assertThat(
            run(
                "--documents",
                texts + "",
                "--limit",
                "2",
                "--train",
                texts + "",
                "--write-baselines",
                baselines + "",
                "--plot",
                plot + "",
                "--json"))
        .as("%s", text(err))
        .isZero();

    List<JsonNode> lines = new ArrayList<>();
    for (String line : text(out).lines().toList()) {
      lines.add(new JsonMapper().readTree(line));
    }
    JsonNode bound = lines.get(1);
    assertThat(bound.get("value").asDouble()).isBetween(1.0, 12.0);
    assertThat(lines.stream().filter(line -> line.get("type").asText().equals("infill")))
        .hasSize(26)
        .allMatch(line -> line.get("value") != null && !line.has("refused"));
    assertThat(Files.readString(plot)).startsWith("<svg ").endsWith("</svg>\n");
    // Trained on the very texts: every token was seen in its place.
    JsonNode written = new JsonMapper().readTree(baselines.toFile());
    assertThat(written.at("/neighboursAccuracy/value").asDouble()).isGreaterThan(0.8);
    assertThat(text(err)).contains("plot: " + plot);
  }

  @Test
  void shouldGiveTheSameFiguresForTheSameSeedAndReadTheBaselinesBesideTheDocuments()
      throws Exception {
    Path texts = texts("accel: utility for a subsystem of the kernel", "library for a language");
    String[] arguments = {
      "--documents", texts + "", "--limit", "1", "--seed", "5", "--plot", folder.resolve("p") + ""
    };
    assertThat(
            run(
                "--documents",
                texts + "",
                "--limit",
                "1",
                "--train",
                texts + "",
                "--write-baselines",
                folder.resolve("baselines.json") + "",
                "--plot",
                folder.resolve("p") + ""))
        .isZero();
    out.reset();
    assertThat(run(arguments)).isZero();
    String first = text(out);
    out.reset();
    assertThat(run(arguments)).isZero();

    assertThat(withoutSeconds(text(out))).isEqualTo(withoutSeconds(first));
    assertThat(first).containsPattern("interpolated trigram +[0-9]");
  }

  @Test
  void shouldRefuseFilesThatCannotBeUsed() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.jsonl"), "");
    Path good = texts("some text");

    assertThat(run("--documents", folder.resolve("none") + "")).isEqualTo(2);
    assertThat(run("--documents", empty + "")).isEqualTo(2);
    assertThat(run("--documents", good + "", "--train", empty + "")).isEqualTo(2);
    assertThat(run("--documents", good + "", "--plot", folder.resolve("no/such/p.svg") + ""))
        .isEqualTo(2);
    assertThat(text(out)).isEmpty();
    assertThat(text(err))
        .contains("none does not exist", "holds no document", "its folder does not exist");
  }

  private static String withoutSeconds(String table) {
    return table.replaceAll("(?m) +[0-9.]+$", "");
  }

  private Path texts(String... texts) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String text : texts) {
      lines.append(new JsonMapper().createObjectNode().put("text", text)).append('\n');
    }
    return Files.writeString(folder.resolve("texts.jsonl"), lines);
  }

  private int run(String... arguments) {
    Console console =
        new Console(
            stream(out), stream(err), new Style(false), new Style(false), false, false, 100);
    List<String> all = new ArrayList<>(List.of("eval", "--model", DEMO));
    all.addAll(List.of(arguments));
    return CommandLines.of(console, new StopSignals()).execute(all.toArray(String[]::new));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
