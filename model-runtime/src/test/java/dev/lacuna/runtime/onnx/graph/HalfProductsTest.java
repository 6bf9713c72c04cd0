package dev.lacuna.runtime.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.engine.api.StepBatch;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.KitModel;
import dev.lacuna.runtime.onnx.RandomModel;
import dev.lacuna.runtime.onnx.Steps;
import dev.lacuna.runtime.onnx.head.SamplingHead;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.OnnxForwardPass;
import dev.lacuna.runtime.onnx.transformer.TransformerGraph;
import dev.lacuna.runtime.onnx.weights.WeightTensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HalfProductsTest {

  @ParameterizedTest
  @EnumSource(RandomModel.class)
  void shouldMultiplyLikeAGraphBuiltForItWhenWeightsAreInFp16(RandomModel model) {
    ModelProto narrowed = HalfProducts.of(graph(model, Numbers.anywhere(NumberFormat.FP16)));
    ModelProto built = graph(model, Numbers.half());
    assertThat(products(narrowed)).isEqualTo(products(built)).isNotEmpty();
  }

  static Stream<KitModel> models() {
    return KitModel.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldSampleLikeAGraphBuiltForItWhenItRuns(KitModel model) {
    Checkpoint checkpoint = model.read();
    ModelGraph wide = sampling(checkpoint, Numbers.anywhere(NumberFormat.FP16));
    ModelGraph narrowed =
        new ModelGraph(HalfProducts.of(RowsGraph.model(wide)).toByteArray(), wide.weights());
    Steps.Outcome outcome = run(checkpoint, narrowed);
    assertThat(outcome).isEqualTo(run(checkpoint, sampling(checkpoint, Numbers.half())));
    assertThat(outcome).isNotEqualTo(run(checkpoint, wide));
  }

  private static ModelGraph sampling(Checkpoint checkpoint, Numbers numbers) {
    return TransformerGraph.of(
        checkpoint.shape(), numbers, builder -> new SamplingHead(builder, checkpoint.facts()));
  }

  private static Steps.Outcome run(Checkpoint checkpoint, ModelGraph graph) {
    long[] tokens = IntStream.range(0, 24).mapToLong(i -> 3 + 7 * i % 80).toArray();
    int[] positions = IntStream.range(0, 24).filter(i -> i % 3 == 0).toArray();
    Steps.Row row = new Steps.Row(tokens, positions, new Steps.Draw(0.9f, 1, 0, true, 0.2f, 0.7f));
    StepBatch batch = Steps.batch(24, 0, List.of(row));
    try (OnnxForwardPass pass =
        new OnnxForwardPass(
            graph,
            new WeightTensors(graph, checkpoint.weights()),
            checkpoint.facts(),
            ForwardPassOptions.defaults().withThreads(1))) {
      pass.run(batch);
    }
    return Steps.outcome(batch, List.of(row), 0);
  }

  @Test
  void shouldLeaveTheGraphAloneWhenWeightsAreInFp32() {
    ModelProto model = graph(RandomModel.QWEN2, Numbers.anywhere(NumberFormat.FP32));
    assertThat(HalfProducts.of(model)).isSameAs(model);
  }

  @Test
  void shouldLeaveTheGraphAloneWhenItMultipliesInFp16Already() {
    ModelProto model = graph(RandomModel.GPT2, Numbers.half());
    assertThat(HalfProducts.of(model)).isSameAs(model);
  }

  private static ModelProto graph(RandomModel model, Numbers numbers) {
    return RowsGraph.model(
        TransformerGraph.of(
            model.shape(), numbers, builder -> new SamplingHead(builder, model.facts())));
  }

  /** How many products there are of each operator and type of factors. */
  private static Map<String, Integer> products(ModelProto model) {
    Map<String, Integer> counts = new HashMap<>();
    count(model.getGraph(), NodeTypes.of(model.getGraph()), counts);
    return counts;
  }

  private static NodeTypes count(GraphProto graph, NodeTypes types, Map<String, Integer> counts) {
    for (NodeProto node : graph.getNodeList()) {
      List<NodeTypes> inner =
          node.getAttributeList().stream()
              .filter(AttributeProto::hasG)
              .map(graphOf -> count(graphOf.getG(), types.inside(graphOf.getG()), counts))
              .toList();
      if (node.getOpType().equals("Gemm") || node.getOpType().endsWith("MatMul")) {
        String factors = types.of(node.getInput(0)) + " × " + types.of(node.getInput(1));
        counts.merge(node.getOpType() + " " + factors, 1, Integer::sum);
      }
      types.put(node, inner);
    }
    return types;
  }
}
