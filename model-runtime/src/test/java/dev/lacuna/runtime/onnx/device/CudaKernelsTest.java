package dev.lacuna.runtime.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.RandomModel;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.HalfProducts;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.graph.Numbers;
import dev.lacuna.runtime.onnx.graph.RowsGraph;
import dev.lacuna.runtime.onnx.head.SamplingHead;
import dev.lacuna.runtime.onnx.transformer.TransformerGraph;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The graphs that are built here against the list of CUDA's kernels. A node that fails here would
 * run on the CPU of a machine with a GPU, and its data go back and forth: use another operator or
 * type.
 */
class CudaKernelsTest {

  static Stream<Arguments> models() {
    return Stream.of(RandomModel.values())
        .flatMap(
            model ->
                Stream.of(
                        Numbers.anywhere(NumberFormat.FP32),
                        Numbers.anywhere(NumberFormat.FP16),
                        Numbers.half())
                    .map(numbers -> Arguments.of(model, numbers)));
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldHaveAKernelForEveryNodeWhenTheGraphSamples(RandomModel model, Numbers numbers) {
    ModelGraph graph =
        TransformerGraph.of(
            model.shape(), numbers, builder -> new SamplingHead(builder, model.facts()));
    assertThat(CudaKernels.missing(RowsGraph.model(graph))).isEmpty();
  }

  @Test
  void shouldHaveAKernelForEveryNodeWhenAnImportedGraphIsNarrowed() {
    ModelGraph graph =
        TransformerGraph.of(
            RandomModel.QWEN2.shape(),
            NumberFormat.FP16,
            builder -> new SamplingHead(builder, RandomModel.QWEN2.facts()));
    assertThat(CudaKernels.missing(HalfProducts.of(RowsGraph.model(graph)))).isEmpty();
  }

  @Test
  void shouldNameTheNodeWhenItsOperatorOrTypeHasNone() {
    GraphBuilder builder = new GraphBuilder("test");
    Value x = builder.input("x", TensorType.INT64, "n");
    GraphBuilder then = builder.branch("then");
    then.result(then.node("BitwiseAnd", x, then.longs(1)), TensorType.INT64, "n");
    GraphBuilder otherwise = builder.branch("otherwise");
    otherwise.result(otherwise.node("Pad", x, otherwise.longs(0, 1)), TensorType.INT64, "n");
    Value some = builder.node("Greater", x, builder.scalar(0L));
    builder.output(builder.ifElse(some, then, otherwise), "y", TensorType.INT64, "n");
    List<CudaKernels.Missing> missing = CudaKernels.missing(RowsGraph.model(builder.build()));
    assertThat(missing)
        .extracting(CudaKernels.Missing::operator)
        .containsExactly("BitwiseAnd", "Pad");
    assertThat(missing.get(1).toString()).endsWith("(Pad of int64)").startsWith("test/");
  }

  @Test
  void shouldFollowTypesWhenTheyChangeOnTheWay() {
    GraphBuilder builder = new GraphBuilder("test");
    Value x = builder.input("x", TensorType.FLOAT, "n");
    Value best = builder.node("TopK", x, builder.longs(1));
    Value flags = builder.node("LessOrEqual", x, best);
    Value chosen = builder.node("Where", flags, builder.scalar(1L), builder.scalar(0L));
    builder.output(builder.node("Softmax", chosen), "y", TensorType.INT64, "n");
    assertThat(CudaKernels.missing(RowsGraph.model(builder.build())))
        .extracting(CudaKernels.Missing::type)
        .containsExactly("int64");
  }

  @Test
  void shouldTakeTheOperatorSetIntoAccountWhenAKernelIsNewer() {
    GraphBuilder builder = new GraphBuilder("test");
    Value x = builder.input("x", TensorType.FLOAT, "n");
    builder.output(builder.node("Gelu", x), "y", TensorType.FLOAT, "n");
    ModelProto model = RowsGraph.model(builder.build());
    assertThat(CudaKernels.missing(model)).isEmpty();
    ModelProto.Builder older = model.toBuilder();
    older.getOpsetImportBuilder(0).setVersion(19);
    assertThat(CudaKernels.missing(older.build())).hasSize(1);
  }
}
