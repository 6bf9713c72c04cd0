package dev.lacuna.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lacuna.console.Console;
import dev.lacuna.console.Style;
import dev.lacuna.console.command.StopSignals;
import dev.lacuna.worker.config.ConfigTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLinesTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "worker",
        "demo",
        "fill",
        "eval",
        "submit",
        "collect",
        "cancel",
        "dead-letters list",
        "dead-letters show",
        "dead-letters retry",
        "topics create",
        "schemas register",
        "config table",
        "config check"
      })
  void shouldExplainItselfOnStandardOutput(String command) {
    assertThat(run((command + " --help").split(" "))).isZero();

    assertThat(text(out)).contains("Usage: lacuna " + command);
    assertThat(text(err)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "wrker",
        "topics",
        "fill",
        "fill x --steps many",
        "fill x --nothing",
        "submit",
        "collect --count 0",
        "dead-letters",
        "dead-letters retry",
        "dead-letters retry --all --max 0",
        "dead-letters retry --all --max-retries 0",
        "dead-letters retry --at 3",
        "dead-letters list --at 3@9-4",
        "dead-letters list --since yesterday",
        "dead-letters show 7",
        "collect --count 1 --ids a",
        "worker --config /nonexistent/file",
        "worker --set slots=0",
        "worker --set kafka.group.protocol=streams",
        "fill no-[[blank]]",
        "fill x --samples 0",
        "eval --limit 0",
        "eval --limit 3 --full",
        "eval --span-length 0",
        "eval --write-baselines b.json",
        "eval --documents /nonexistent/file",
        "submit --documents /nonexistent/file",
        "cancel __lacuna.tick"
      })
  void shouldEndWithTwoAndKeepStandardOutputCleanWhenUsageIsWrong(String arguments) {
    assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);

    assertThat(text(out)).isEmpty();
    assertThat(text(err)).isNotEmpty().doesNotContain("\tat ");
  }

  @Test
  void shouldNameKeyValueAndBoundsWhenConfigurationIsImpossible() {
    run("worker", "--set", "slots=0", "--set", "slotz=1");

    assertThat(text(err))
        .contains("slots = '0' is impossible: it must be auto, or an integer from 1 to 1024")
        .contains("unknown key 'slotz'; the nearest known key is 'slots'");
  }

  @Test
  void shouldSuggestACommandWhenTheNameIsNearlyRight() {
    run("wrker");

    assertThat(text(err)).contains("did you mean", "worker");
  }

  @Test
  void shouldNameTheModelFolderWhenItIsNotThereOrLacksFiles(@TempDir Path folder)
      throws IOException {
    Files.createFile(folder.resolve("config.json"));

    assertThat(run("config", "check", "--set", "model.dir=a=" + folder + ",b=" + folder + "/no"))
        .isEqualTo(2);

    assertThat(text(err))
        .contains("model 'a': " + folder + " has no readable model.safetensors, tokenizer.json")
        .contains("model 'b': " + folder.resolve("no") + " does not exist");
  }

  @Test
  void shouldPrintTheTableOfKeys() {
    assertThat(run("config", "table")).isZero();
    assertThat(text(out)).isEqualTo(ConfigTable.markdown());
  }

  @Test
  void shouldRenewTheTableInADocument(@TempDir Path folder) throws IOException {
    Path document = folder.resolve("doc.md");
    Files.writeString(document, "a\n" + ConfigTable.START + "\n" + ConfigTable.END + "\n");

    assertThat(run("config", "table", "--write", document.toString())).isZero();

    assertThat(Files.readString(document)).contains(ConfigTable.markdown());
    assertThat(text(out)).isEmpty();
  }

  @Test
  void shouldEndWithOneWhenACheckpointIsMissing(@TempDir Path folder) {
    assertThat(run("fill", "a [[3]]", "--model", folder.toString())).isEqualTo(1);
    assertThat(text(err)).contains("config.json").doesNotContain("\tat ");
  }

  @Test
  void shouldShowAStackTraceOnlyWhenAsked(@TempDir Path folder) {
    run("fill", "a [[3]]", "--stacktrace", "--model", folder.toString());

    assertThat(text(err)).contains("\tat ");
  }

  private int run(String... arguments) {
    Style plain = new Style(false);
    Console console = new Console(stream(out), stream(err), plain, plain, false, false, 100);
    return CommandLines.of(console, new StopSignals()).execute(arguments);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
