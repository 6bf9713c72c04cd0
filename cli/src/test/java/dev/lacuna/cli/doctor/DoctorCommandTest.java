package dev.lacuna.cli.doctor;

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
import org.junit.jupiter.api.Test;

/** The machine that the tests run on, whatever it is. */
class DoctorCommandTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void shouldSayWhatThisMachineHasWhenTheCpuIsAskedFor() {
    assertThat(run("doctor", "--model", "../demo-model", "--device", "cpu")).isZero();
    assertThat(out())
        .contains("Java             " + System.getProperty("java.version"))
        .contains("ONNX Runtime     1.", "device           cpu, as asked for", "rows fit");
  }

  @Test
  void shouldPrintOneObjectALineWhenJsonIsAskedFor() throws IOException {
    assertThat(run("doctor", "--model", "../demo-model", "--device", "cpu", "--json")).isZero();
    for (String line : out().lines().toList()) {
      JsonNode json = new JsonMapper().readTree(line);
      assertThat(json.get("type").textValue()).isEqualTo("finding");
      assertThat(json.get("level").textValue()).isIn("fine", "note");
      assertThat(json.get("topic").textValue()).isNotEmpty();
    }
  }

  @Test
  void shouldFailWhenADeviceIsAskedForThatIsNotThere() {
    // No machine has a hundred GPUs.
    assertThat(run("doctor", "--model", "../demo-model", "--device", "cuda:99")).isEqualTo(1);
    assertThat(out()).contains("✗ device", "→ ");
  }

  @Test
  void shouldRefuseWhenTheDeviceIsNone() {
    assertThat(run("doctor", "--device", "tpu")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("device is 'tpu'");
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private int run(String... arguments) {
    Style plain = new Style(false);
    PrintStream results = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream rest = new PrintStream(err, true, StandardCharsets.UTF_8);
    Console console = new Console(results, rest, plain, plain, false, false, 100);
    return CommandLines.of(console, new StopSignals()).execute(arguments);
  }
}
