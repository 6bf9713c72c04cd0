package dev.lacuna.runtime.onnx.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.checkpoint.manifest.Manifest;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.FactOverrides;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.KitModel;
import dev.lacuna.runtime.onnx.MixedBatch;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.graph.RowsGraph;
import dev.lacuna.runtime.onnx.head.SamplingHead;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.OnnxForwardPass;
import dev.lacuna.runtime.onnx.session.StepSizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelImportTest {

  private static final ForwardPassOptions OPTIONS = ForwardPassOptions.defaults().withThreads(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;

  static Stream<KitModel> models() {
    return KitModel.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveTheSameBitsWhenACheckpointIsImportedInFp32(KitModel model) throws IOException {
    Path imported = importTo(model, "imported", NumberFormat.FP32);
    OpenedCheckpoint direct =
        Checkpoints.open(model.folder(), model.name(), OPTIONS, model.facts());
    OpenedCheckpoint again = Checkpoints.open(imported, model.name(), OPTIONS);
    assertThat(again.facts()).isEqualTo(direct.facts());
    assertThat(again.fingerprint()).isEqualTo(direct.fingerprint());
    StepBatch expected = steps(direct);
    StepBatch found = steps(again);
    assertThat(found.proposals).isEqualTo(expected.proposals);
    assertThat(found.confidences).isEqualTo(expected.confidences);
    assertThat(expected.positions).isEqualTo(48);
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveTheSameBitsWhenACheckpointIsImportedInInt8(KitModel model) throws IOException {
    Path imported = importTo(model, "imported", NumberFormat.INT8);
    OpenedCheckpoint direct =
        Checkpoints.open(model.folder(), model.name(), in(NumberFormat.INT8), model.facts());
    OpenedCheckpoint again = Checkpoints.open(imported, model.name(), OPTIONS);
    assertThat(again.fingerprint()).isEqualTo(direct.fingerprint());
    assertThat(again.fingerprint().format()).isEqualTo("int8");
    assertThat(json(imported).get("parameters").longValue())
        .isEqualTo(model.read().shape().parameters());
    StepBatch expected = steps(direct);
    StepBatch found = steps(again);
    assertThat(found.proposals).isEqualTo(expected.proposals);
    assertThat(found.confidences).isEqualTo(expected.confidences);
  }

  @Test
  void shouldWriteTheSameBytesWhenImportedTwiceInInt8() throws IOException {
    KitModel model = KitModel.of("llada-sharded");
    Path one = importTo(model, "one", NumberFormat.INT8);
    Path two = importTo(model, "two", NumberFormat.INT8);
    for (String name : names(one)) {
      assertThat(one.resolve(name)).hasSameBinaryContentAs(two.resolve(name));
    }
  }

  @Test
  void shouldRefuseOtherNumbersThanTheModelsOwnWithTheCure() throws IOException {
    KitModel model = KitModel.of("dream");
    Path imported = importTo(model, "imported", NumberFormat.INT8);
    assertThatThrownBy(() -> Checkpoints.open(imported, "m", in(NumberFormat.FP32)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("was imported in int8, but dtype is fp32; leave dtype out, or import")
        .hasMessageContaining("--dtype fp32");
    OpenedCheckpoint same = Checkpoints.open(imported, "m", in(NumberFormat.INT8));
    assertThat(same.fingerprint().format()).isEqualTo("int8");
    same.forwardPass().close();
  }

  private static ForwardPassOptions in(NumberFormat format) {
    return OPTIONS.withDtype(Optional.of(format));
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldNearlyAgreeWhenACheckpointIsImportedInFp16(KitModel model) throws IOException {
    Path imported = importTo(model, "imported", NumberFormat.FP16);
    OpenedCheckpoint direct =
        Checkpoints.open(model.folder(), model.name(), OPTIONS, model.facts());
    OpenedCheckpoint again = Checkpoints.open(imported, model.name(), OPTIONS);
    assertThat(again.fingerprint().format()).isEqualTo("fp16");
    assertThat(again.facts()).isEqualTo(direct.facts());
    StepBatch expected = steps(direct);
    StepBatch found = steps(again);
    long same =
        IntStream.range(0, 48).filter(i -> found.proposals[i] == expected.proposals[i]).count();
    assertThat(same).isGreaterThanOrEqualTo(44);
  }

  /** Three rows of random tokens, every second position proposed for: greedy, and drawn. */
  private static StepBatch steps(OpenedCheckpoint opened) {
    ModelFacts facts = opened.facts();
    Random random = new Random(5);
    List<Steps.Row> rows = new ArrayList<>();
    for (int length : new int[] {32, 20, 44}) {
      long[] tokens = random.longs(length, 0, facts.tokens()).toArray();
      int[] positions = IntStream.range(0, length).filter(i -> i % 2 == 1).toArray();
      float u = random.nextFloat();
      rows.add(
          new Steps.Row(
              tokens,
              positions,
              length == 20 ? new Steps.Draw(0.7f, 0.9f, 0, true, u) : Steps.Draw.GREEDY));
    }
    StepBatch batch = Steps.batch(48, Math.max(0, facts.padToken()), rows);
    opened.forwardPass().run(batch);
    opened.forwardPass().close();
    return batch;
  }

  @Test
  void shouldGiveTheSameBitsWhenAnImportGivesAllLogitsAtOnceAsOlderOnesDo() throws IOException {
    KitModel model = KitModel.of("llada");
    ImportedModel present = ImportedModel.read(importTo(model, "new", NumberFormat.FP32), "m");
    ModelProto.Builder rows = present.rows().toBuilder();
    for (NodeProto.Builder node : rows.getGraphBuilder().getNodeBuilderList()) {
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, node.getInput(i).replace(RowsGraph.STATES, "without_a_name"));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        node.setOutput(i, node.getOutput(i).replace(RowsGraph.STATES, "without_a_name"));
      }
    }
    assertThat(rows.build()).isNotEqualTo(present.rows());
    ImportedModel older =
        new ImportedModel(
            present.facts(),
            present.dtype(),
            present.folder(),
            rows.build(),
            present.hidesPadding(),
            present.tokenizer(),
            present.files(),
            present.manifest());
    StepBatch expected = mixed(present, StepSizes.WHOLE);
    StepBatch found = mixed(older, new StepSizes(1, 7));
    assertThat(found.proposals).isEqualTo(expected.proposals);
    assertThat(found.confidences).isEqualTo(expected.confidences);
  }

  /** Every kind of row but the guided ones: their states can't be mixed where there are none. */
  private static StepBatch mixed(ImportedModel model, StepSizes sizes) {
    ModelFacts facts = model.facts();
    StepBatch batch = MixedBatch.of(List.of(0, 1, 2, 3, 4, 5, 7), facts.maskToken());
    try (OnnxForwardPass pass =
        model.open(graph -> new SamplingHead(graph, facts), OPTIONS.withSizes(sizes))) {
      pass.run(batch);
    }
    return batch;
  }

  @Test
  void shouldWriteTheSameBytesWhenImportedTwice() throws IOException {
    KitModel model = KitModel.of("llada-sharded");
    Path one = importTo(model, "one", NumberFormat.FP32);
    Path two = importTo(model, "two", NumberFormat.FP32);
    try (Stream<Path> files = Files.list(one)) {
      for (Path file : files.toList()) {
        assertThat(two.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
    assertThat(names(temporary)).containsExactlyInAnyOrder("one", "two");
    assertThat(names(one))
        .containsExactlyInAnyOrder(
            "lacuna.json",
            "model.onnx",
            "model.onnx.data",
            "tokenizer.json",
            "tokenizer_config.json");
  }

  @Test
  void shouldReplaceAnImportedModelButNothingElse() throws IOException {
    KitModel model = KitModel.of("diffugpt");
    Path folder = importTo(model, "here", NumberFormat.FP32);
    importTo(model, "here", NumberFormat.FP16);
    assertThat(json(folder).get("dtype").textValue()).isEqualTo("fp16");
    assertThat(names(temporary)).containsExactly("here");
    Path other = Files.createDirectory(temporary.resolve("other"));
    Files.writeString(other.resolve("precious"), "x");
    assertThatThrownBy(() -> importTo(model, "other", NumberFormat.FP32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is no imported model; it is left alone");
    assertThat(other.resolve("precious")).hasContent("x");
    ModelImport.run(order(model.folder(), other, model.facts(), true), (bytes, total) -> {});
    assertThat(other.resolve("precious")).doesNotExist();
  }

  @Test
  void shouldLeaveNothingBehindWhenTheSourceIsRefused() throws IOException {
    Path source = Files.createDirectory(temporary.resolve("source"));
    copy(KitModel.of("diffugpt").folder(), source);
    byte[] weights = Files.readAllBytes(source.resolve("model.safetensors"));
    weights[weights.length - 1] = (byte) 0x7f; // NaN, found only when it is read
    weights[weights.length - 2] = (byte) 0xff;
    Files.write(source.resolve("model.safetensors"), weights);
    Path target = temporary.resolve("target");
    FactOverrides facts = KitModel.of("diffugpt").facts();
    assertThatThrownBy(
            () -> ModelImport.run(order(source, target, facts, false), (bytes, total) -> {}))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("NaN");
    assertThat(names(temporary)).containsExactly("source");
  }

  @Test
  void shouldRefuseTheTargetWhenItHoldsTheSource() throws IOException {
    Path source = Files.createDirectories(temporary.resolve("a/b"));
    copy(KitModel.of("diffugpt").folder(), source);
    assertThatThrownBy(
            () ->
                ModelImport.run(
                    order(source, temporary.resolve("a"), FactOverrides.NONE, true),
                    (bytes, total) -> {}))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("holds the folder that is to be imported");
    assertThat(source.resolve("config.json")).exists();
  }

  @Test
  void shouldRefuseTheModelWhenItsFilesAreNotTheManifests() throws IOException {
    Path folder = importTo(KitModel.of("dream"), "imported", NumberFormat.FP32);
    byte[] graph = Files.readAllBytes(folder.resolve("model.onnx"));
    graph[graph.length / 2] ^= 1;
    Files.write(folder.resolve("model.onnx"), graph);
    refused(folder, "model.onnx: has another SHA-256 than lacuna.json states");
    graph[graph.length / 2] ^= 1;
    Files.write(folder.resolve("model.onnx"), graph);
    byte[] data = Files.readAllBytes(folder.resolve("model.onnx.data"));
    Files.write(folder.resolve("model.onnx.data"), new byte[data.length - 1]);
    refused(folder, "expected " + data.length + " from lacuna.json");
    Files.delete(folder.resolve("model.onnx.data"));
    refused(folder, "model.onnx.data: no such file");
    Files.createSymbolicLink(folder.resolve("model.onnx.data"), Path.of("/dev/zero"));
    refused(folder, "model.onnx.data: no such file");
  }

  @Test
  void shouldRefuseTheManifestWhenAValueCantBe() throws IOException {
    Path folder = importTo(KitModel.of("dream"), "imported", NumberFormat.FP32);
    ObjectNode good = json(folder);
    String[][] cases = {
      {"/format", "2", "format is 2, expected 1"},
      {"/dtype", "\"int4\"", "dtype is \"int4\", expected \"fp32\""},
      {"/revision", "\"x\"", "revision is \"x\", expected 64 hexadecimal digits"},
      {"/data/file", "\"../x\"", "data.file is \"../x\", expected the name of a file in the same"},
      {"/graph/file", "\"/etc/passwd\"", "graph.file is \"/etc/passwd\""},
      {"/graph/interface", "\"other\"", "graph.interface is \"other\""},
      {"/vocabulary", "111", "has logits of another width than the manifest's vocabulary, 111"},
      {"/special/mask", "-7", "special.mask is -7"},
      {"/special/mask", "112", "special.mask is 112, expected an id from 0 to 111"},
      {"/special/mask", "null", "special.mask is null, expected an id"},
      {"/special/end", "7000", "special.end is 7000"},
      {"/tokens", "4000000", "the tokenizer has ids up to 3999999"},
      {"/canvas_limit", "0", "canvas_limit is 0"},
      {"/conventions/noise", "\"pink\"", "conventions.noise is \"pink\""},
      {"/defaults/steps", "1e99", "defaults.steps is"},
      {"/defaults/top_p", "0", "defaults.top_p is 0"},
      {"/defaults/temperature", "-1", "defaults.temperature is -1"},
      {"/sources", "[]", "sources is []"},
      {"/surprise", "1", "surprise is unknown"},
    };
    for (String[] one : cases) {
      ObjectNode bad = good.deepCopy();
      int slash = one[0].lastIndexOf('/');
      ((ObjectNode) bad.at(one[0].substring(0, slash)))
          .set(one[0].substring(slash + 1), JSON.readTree(one[1]));
      Files.writeString(folder.resolve(Manifest.FILE), bad.toString());
      refused(folder, one[2]);
    }
  }

  private static void refused(Path folder, String message) {
    assertThatThrownBy(() -> Checkpoints.open(folder, "m", OPTIONS))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(folder.toString());
  }

  private Path importTo(KitModel model, String name, NumberFormat format) throws IOException {
    Path target = temporary.resolve(name);
    ModelImport.run(
        new ModelImport.Order(
            model.folder(), target, model.name(), format, model.facts(), false, "test"),
        (bytes, total) -> assertThat(bytes).isLessThanOrEqualTo(total));
    return target;
  }

  private static ModelImport.Order order(
      Path source, Path target, FactOverrides facts, boolean force) {
    return new ModelImport.Order(source, target, "m", NumberFormat.FP32, facts, force, "test");
  }

  private static ObjectNode json(Path folder) throws IOException {
    return (ObjectNode) JSON.readTree(folder.resolve(Manifest.FILE).toFile());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }
}
