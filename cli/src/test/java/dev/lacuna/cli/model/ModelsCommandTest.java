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
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo model, imported. */
class ModelsCommandTest {

  private static final String DEMO = "../demo-model";

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void shouldFillAsTheCheckpointDoesWhenItIsImported() {
    String model = importDemo("fp32");
    String[] document = {"A library for [[12]] in Java", "--steps", "6", "--seed", "3", "--json"};
    assertThat(run(0, fill(model, document))).isEqualTo(run(0, fill(DEMO, document)));
  }

  @Test
  void shouldFillInInt8AsTheCheckpointDoesWhenItIsImportedSo() throws IOException {
    String model = importDemo("int8");
    assertThat(Files.size(Path.of(model, "model.onnx.data"))).isLessThan(14_000_000);
    String[] document = {"A library for [[12]] in Java", "--steps", "6", "--seed", "3", "--json"};
    String[] int8 = Arrays.copyOf(document, document.length + 2);
    int8[document.length] = "--dtype";
    int8[document.length + 1] = "int8";
    String filled = run(0, fill(model, document));
    assertThat(filled).isEqualTo(run(0, fill(DEMO, int8))).contains(" int8 onnxruntime-");
    assertThat(run(0, fill(DEMO, document))).contains(" fp32 onnxruntime-");
    int8[document.length + 1] = "fp16";
    run(1, fill(model, int8));
    assertThat(text(err)).contains("was imported in int8, but dtype is fp16; leave dtype out");
    int8[document.length + 1] = "int4";
    run(2, fill(model, int8));
    assertThat(text(err)).contains("--dtype is int4; it must be auto, fp32, fp16 or int8");
  }

  @Test
  void shouldListAndShowWhatIsThere() throws IOException {
    String model = importDemo("fp16");
    assertThat(run(0, "models", "list", folder.toString()).lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .matches("demo +llama +imported +fp16 +7\\.48M +\\S+ MB +256 +[0-9a-f]{12}");
    JsonNode json =
        new JsonMapper().readTree(run(0, "models", "list", folder.toString(), "--json"));
    assertThat(json.at("/special/mask/text").textValue()).isEqualTo("<mask>");
    assertThat(json.get("parameters").longValue()).isEqualTo(7_475_456);
    assertThat(run(0, "models", "show", model))
        .contains("kind         imported", "mask         2 '<mask>'", "sources      config.json");
    assertThat(run(0, "models", "show", DEMO))
        .contains("kind         checkpoint", "8 layers of width 256", "74 F16 (15.0 MB)");
  }

  @Test
  void shouldFindTheChangedByteWhenVerifying() throws IOException {
    String model = importDemo("fp16");
    assertThat(run(0, "models", "verify", model)).contains("every file is as imported");
    Path data = Path.of(model, "model.onnx.data");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);
    run(1, "models", "verify", model);
    assertThat(text(err)).contains("model.onnx.data: has another SHA-256");
  }

  @Test
  void shouldSayWhatIsWrongWhenItCantImport() throws IOException {
    run(2, "models", "import", DEMO, "--dtype", "int4", "--out", folder.resolve("x").toString());
    assertThat(text(err)).contains("--dtype is int4; it must be fp32, fp16 or int8");
    run(2, "models", "import", DEMO, "--name", "../x", "--out", folder.resolve("x").toString());
    assertThat(text(err)).contains("--name is ../x; it must be");
    run(1, "models", "import", folder.resolve("none").toString());
    assertThat(text(err)).contains("no such folder, expected a checkpoint");
    Path precious = Files.writeString(folder.resolve("precious"), "x");
    run(1, "models", "import", DEMO, "--out", folder.toString());
    assertThat(text(err)).contains("is no imported model; it is left alone");
    assertThat(precious).hasContent("x");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  private String importDemo(String dtype) {
    String target = folder.resolve("demo").toString();
    String said =
        run(0, "models", "import", DEMO, "--dtype", dtype, "--name", "demo", "--out", target);
    assertThat(said).contains("demo: llama, " + dtype + ", 7.48M parameters").contains(target);
    return target;
  }

  private static String[] fill(String model, String... document) {
    String[] all = new String[document.length + 3];
    all[0] = "fill";
    all[1] = "--model";
    all[2] = model;
    System.arraycopy(document, 0, all, 3, document.length);
    return all;
  }

  private String run(int status, String... arguments) {
    out.reset();
    Console console =
        new Console(
            stream(out), stream(err), new Style(false), new Style(false), false, false, 100);
    assertThat(CommandLines.of(console, new StopSignals()).execute(arguments))
        .as("%s", text(err))
        .isEqualTo(status);
    return text(out);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
