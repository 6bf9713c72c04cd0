package dev.lacuna.runtime.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.ort.RuntimeEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacementTest {

  /**
   * Made by hand after the profiles that the CPU provider writes, with the CUDA provider's name:
   * none of a GPU was at hand.
   */
  private static final String ON_CUDA =
      """
      [
      {"cat":"Session","pid":1,"tid":1,"dur":9,"ts":1,"ph":"X","name":"session_initialization","args":{}},
      {"cat":"Node","pid":1,"tid":1,"dur":0,"ts":2,"ph":"X","name":"a/MatMul_1_fence_before","args":{"op_name":"MatMul"}},
      {"cat":"Node","pid":1,"tid":1,"dur":3,"ts":3,"ph":"X","name":"a/MatMul_1_kernel_time","args":{"op_name":"MatMul","provider":"CUDAExecutionProvider","node_index":"4","output_size":"8","output_type_shape":[{"float":[2,300]}]}},
      {"cat":"Node","pid":1,"tid":1,"dur":3,"ts":4,"ph":"X","name":"a/Slice_2_kernel_time","args":{"op_name":"Slice","provider":"CPUExecutionProvider","node_index":"5","output_size":"8","output_type_shape":[{"int64":[2]}]}},
      {"cat":"Node","pid":1,"tid":1,"dur":3,"ts":5,"ph":"X","name":"a/If_3_kernel_time","args":{"op_name":"If","provider":"CPUExecutionProvider","node_index":"6","output_size":"8","output_type_shape":[{"float":[2,300]}]}},
      {"cat":"Node","pid":1,"tid":1,"dur":3,"ts":6,"ph":"X","name":"a/BitwiseAnd_4_kernel_time","args":{"op_name":"BitwiseAnd","provider":"CPUExecutionProvider","node_index":"7","output_size":"8","output_type_shape":[{"int64":[4096]}]}},
      {"cat":"Node","pid":1,"tid":1,"dur":3,"ts":7,"ph":"X","name":"a/Erf_5_kernel_time","args":{"op_name":"Erf","provider":"CPUExecutionProvider","node_index":"8","output_size":"8","output_type_shape":[{"float16":[1]}]}}
      ]
      """;

  @TempDir private Path folder;

  @Test
  void shouldNameNodesThatStrayWhenTheProfileIsOfAGpu() throws IOException {
    Placement placement = Placement.read(write(ON_CUDA));
    assertThat(placement.nodes()).hasSize(5);
    assertThat(placement.strays())
        .extracting(Placement.Node::toString)
        .containsExactly("a/BitwiseAnd_4 (BitwiseAnd)", "a/Erf_5 (Erf)");
  }

  @Test
  void shouldReadWhatTheRuntimeWritesWhenItRunsOnTheCpu() throws IOException, OrtException {
    GraphBuilder builder = new GraphBuilder("g");
    Value x = builder.input("x", TensorType.FLOAT, "n", "n");
    Value shape = builder.node("Shape", x);
    Value flat = builder.node("Reshape", builder.node("MatMul", x, x), builder.longs(-1));
    builder.output(flat, "y", TensorType.FLOAT, "m");
    builder.output(shape, "shape", TensorType.INT64, 2);
    Placement placement = Placement.read(profile(builder.build().onnx()));
    assertThat(placement.nodes()).extracting(Placement.Node::provider).containsOnly(Placement.CPU);
    assertThat(placement.strays())
        .extracting(Placement.Node::operator)
        .contains("MatMul")
        .doesNotContain("Shape");
    assertThat(placement.nodes())
        .filteredOn(node -> node.operator().equals("MatMul"))
        .allMatch(node -> node.elements() == 9 && node.name().startsWith("g/MatMul_"));
  }

  @Test
  void shouldRefuseWhenTheFileIsNoProfile() throws IOException {
    Path file = write("{}");
    assertThatThrownBy(() -> Placement.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no profile");
  }

  @Test
  void shouldWarnOrRefuseAsConfiguredWhenNodesStray() {
    List<String> nodes = IntStream.range(0, 30).mapToObj(i -> "n" + i).toList();
    CudaSettings refuse = new CudaSettings(0, CudaSettings.OnCpu.REFUSE);
    assertThatThrownBy(() -> PlacementCheck.report(refuse, "ran on the CPU", nodes))
        .isInstanceOf(ForwardPassException.class)
        .hasMessageContaining("30 nodes ran on the CPU: n0, n1")
        .hasMessageContaining("and 6 more")
        .hasMessageContaining("gpu.cpu.nodes=warn");
    assertThatCode(() -> PlacementCheck.report(refuse, "ran on the CPU", List.of()))
        .doesNotThrowAnyException();
    assertThatCode(() -> PlacementCheck.report(CudaSettings.DEFAULT, "ran on the CPU", nodes))
        .doesNotThrowAnyException();
  }

  private Path profile(byte[] onnx) throws OrtException {
    OrtEnvironment env = RuntimeEnvironment.get();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.enableProfiling(folder.resolve("profile").toString());
      try (OrtSession session = env.createSession(onnx, options);
          OnnxTensor x = OnnxTensor.createTensor(env, new float[3][3])) {
        session.run(Map.of("x", x)).close();
        return Path.of(session.endProfiling());
      }
    }
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("profile.json"), text);
  }
}
