package dev.lacuna.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.lacuna.runtime.checkpoint.NumberFormat;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HalfProductsTest {

  @ParameterizedTest
  @EnumSource(RandomModel.class)
  void shouldMultiplyLikeAGraphBuiltForItWhenWeightsAreInFp16(RandomModel model) {
    ModelProto narrowed = HalfProducts.of(graph(model, Numbers.anywhere(NumberFormat.FP16)));
    ModelProto built = graph(model, Numbers.half());
    assertThat(products(narrowed)).isEqualTo(products(built)).isNotEmpty();
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
        TransformerGraph.of(model.shape(), numbers, RowsGraph.open(model.shape().vocabulary())));
  }

  /** How many products there are of each operator and type of factors. */
  private static Map<String, Integer> products(ModelProto model) {
    Map<String, Integer> counts = new HashMap<>();
    NodeTypes types = NodeTypes.of(model.getGraph());
    for (NodeProto node : model.getGraph().getNodeList()) {
      if (node.getOpType().equals("Gemm") || node.getOpType().equals("MatMul")) {
        String factors = types.of(node.getInput(0)) + " × " + types.of(node.getInput(1));
        counts.merge(node.getOpType() + " " + factors, 1, Integer::sum);
      }
      types.put(node, java.util.List.of());
    }
    return counts;
  }
}
