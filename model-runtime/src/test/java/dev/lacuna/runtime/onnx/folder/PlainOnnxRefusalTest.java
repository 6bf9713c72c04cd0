package dev.lacuna.runtime.onnx.folder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lacuna.runtime.checkpoint.files.CheckpointException;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainOnnxRefusalTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void copyAModel() throws IOException, URISyntaxException {
    folder = Files.createDirectory(temporary.resolve("model"));
    Path source = Path.of(getClass().getResource("/plain-onnx/external").toURI());
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "location, ../weights.bin, expected the name of a file in the same folder",
    "location, /etc/passwd, expected the name of a file in the same folder",
    "location, a\\b, expected the name of a file in the same folder",
    "location, .., expected the name of a file in the same folder",
    "location, '', expected the name of a file in the same folder",
    "location, nothing.bin, which is missing",
    "offset, 99999999, expected a range within its",
    "offset, -8, expected a range within its",
    "offset, 9223372036854775807, expected a range within its",
    "length, 99999999999, expected a range within its",
  })
  void shouldRefuseTheGraphWhenItsWeightsLieWhereTheyMustNot(
      String key, String value, String message) throws IOException {
    change(
        graph -> {
          TensorProto.Builder tensor = external(graph);
          for (StringStringEntryProto.Builder entry : tensor.getExternalDataBuilderList()) {
            if (entry.getKey().equals(key)) {
              entry.setValue(value);
            }
          }
        });
    refused(message);
  }

  @Test
  void shouldRefuseTheGraphWhenItsWeightsAreALink() throws IOException {
    Path elsewhere = Files.move(folder.resolve("weights.bin"), temporary.resolve("weights.bin"));
    Files.createSymbolicLink(folder.resolve("weights.bin"), elsewhere);
    refused("no regular file (a link must be replaced by the file itself)");
  }

  @Test
  void shouldSayWhatIsWrongWhenTheGraphHasAnotherInterface() throws IOException {
    byte[] good = Files.readAllBytes(folder.resolve("model.onnx"));
    change(graph -> graph.addInput(graph.getInput(0).toBuilder().setName("token_type_ids")));
    refused("expected input_ids, and at most attention_mask and position_ids beside it");
    Files.write(folder.resolve("model.onnx"), good);
    change(graph -> graph.getOutputBuilder(0).setName("last_hidden_state"));
    refused("has outputs [last_hidden_state], expected logits");
    Files.write(folder.resolve("model.onnx"), good);
    change(graph -> dimension(graph.getInputBuilder(0), 1, 128));
    refused("export it with dynamic axes");
    Files.write(folder.resolve("model.onnx"), good);
    change(
        graph -> graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(8));
    refused("has an input input_ids of another type than int64 or int32");
    Files.write(folder.resolve("model.onnx"), good);
    change(
        graph -> graph.getOutputBuilder(0).getTypeBuilder().getTensorTypeBuilder().setElemType(11));
    refused("has logits of another type than float or float16");
  }

  @Test
  void shouldRefuseTheGraphWhenItsOperatorsAreTooOld() throws IOException {
    Path file = folder.resolve("model.onnx");
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    model.getOpsetImportBuilder(0).setVersion(12);
    Files.write(file, model.build().toByteArray());
    refused("has operator set 12, expected 13 or newer; export it again");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "canvas_limit | null | canvas_limit is missing",
        "special | null | special is missing",
        "special | {\"end\":1} | special.mask is null, expected an id",
        "special | {\"mask\":2,\"msk\":2} | special.msk is unknown",
        "special | {\"mask\":24} | special.mask is 24, expected an id from 0 to 23",
        "vocabulary | 25 | has logits 24 wide, expected 25, the vocabulary in lacuna.json",
        "graph | {\"file\":\"../model.onnx\"} | graph.file is \"../model.onnx\"",
        "graph | {\"file\":\"absent.onnx\"} | no such file, expected an ONNX graph",
        "graph | {\"file\":\"tokenizer.json\"} | isn't an ONNX file",
        "revision | \"x\" | revision is unknown",
      })
  void shouldRefuseTheManifestWhenAValueCantWork(String key, String value, String message)
      throws IOException {
    Path file = folder.resolve("lacuna.json");
    ObjectNode manifest = (ObjectNode) JSON.readTree(file.toFile());
    manifest.set(key, JSON.readTree(value));
    Files.writeString(file, manifest.toString());
    refused(message);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> Checkpoints.open(folder, "m", ForwardPassOptions.defaults()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  private void change(Consumer<GraphProto.Builder> edit) throws IOException {
    Path file = folder.resolve("model.onnx");
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    edit.accept(model.getGraphBuilder());
    Files.write(file, model.build().toByteArray());
  }

  private static TensorProto.Builder external(GraphProto.Builder graph) {
    return graph.getInitializerBuilderList().stream()
        .filter(tensor -> tensor.getExternalDataCount() > 0)
        .findFirst()
        .orElseThrow();
  }

  private static void dimension(ValueInfoProto.Builder info, int axis, int value) {
    info.getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(axis)
        .setDimValue(value);
  }

  /** A weight may hide in a constant, or in a graph within the graph, as well. */
  @Test
  void shouldRefuseTheGraphWhenAConstantHasExternalData() throws IOException {
    change(
        graph -> {
          NodeProto.Builder constant =
              NodeProto.newBuilder().setOpType("Constant").addOutput("hidden");
          constant
              .addAttributeBuilder()
              .setName("value")
              .setType(ai.onnx.proto.OnnxMl.AttributeProto.AttributeType.TENSOR)
              .setT(external(graph).build());
          graph.addNode(constant);
        });
    refused("expected that of the main graph's initializers only");
  }
}
