package dev.lacuna.runtime.onnx.head;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.Sessions;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProbabilityFilterTest {

  private static final float ALL = 2;
  private static final float[] ROW = {0.125f, 0.5f, 0f, 0.125f, 0.25f};

  @Test
  void shouldKeepTheTokenThatCrossesTheMassWhenTopPIsSet() throws OrtException {
    assertThat(filter(ROW, 0.25f, 5)).containsExactly(0, 0.5f, 0, 0, 0);
    assertThat(filter(ROW, 0.5f, 5)).containsExactly(0, 0.5f, 0, 0, 0.25f);
    assertThat(filter(ROW, 0.6f, 5)).containsExactly(0, 0.5f, 0, 0, 0.25f);
  }

  @Test
  void shouldKeepEqualTokensTogetherWhenTheThresholdFallsAmongThem() throws OrtException {
    assertThat(filter(ROW, 0.8f, 5)).isEqualTo(ROW);
    assertThat(filter(ROW, ALL, 3)).isEqualTo(ROW);
  }

  @Test
  void shouldApplyTheTighterLimitWhenBothAreSet() throws OrtException {
    assertThat(filter(ROW, 0.9f, 1)).containsExactly(0, 0.5f, 0, 0, 0);
    assertThat(filter(ROW, 0.3f, 4)).containsExactly(0, 0.5f, 0, 0, 0);
    assertThat(filter(ROW, 1e-9f, 4)).containsExactly(0, 0.5f, 0, 0, 0);
  }

  @Test
  void shouldLeaveTheOtherRowsAloneWhenSomeFilter() throws OrtException {
    float[][] kept =
        filter(
            new float[][] {ROW, ROW, ROW},
            new boolean[] {false, true, false},
            new float[][] {{0.1f}, {0.1f}, {ALL}},
            new long[][] {{1}, {5}, {5}});
    assertThat(kept[0]).isEqualTo(ROW);
    assertThat(kept[1]).containsExactly(0, 0.5f, 0, 0, 0);
    assertThat(kept[2]).isEqualTo(ROW);
  }

  private static float[] filter(float[] row, float topP, long topK) throws OrtException {
    return filter(
        new float[][] {row}, new boolean[] {true}, new float[][] {{topP}}, new long[][] {{topK}})[
        0];
  }

  private static float[][] filter(float[][] p, boolean[] filtered, float[][] topP, long[][] topK)
      throws OrtException {
    GraphBuilder graph = new GraphBuilder("filter");
    Value kept =
        ProbabilityFilter.apply(
            graph,
            graph.input("p", TensorType.FLOAT, "rows", p[0].length),
            graph.input("filtered", TensorType.BOOL, "rows"),
            graph.input("top_p", TensorType.FLOAT, "rows", 1),
            graph.input("top_k", TensorType.INT64, "rows", 1));
    graph.output(kept, "kept", TensorType.FLOAT, "rows", p[0].length);
    OrtEnvironment env = OrtEnvironment.getEnvironment();
    try (OrtSession session =
            Sessions.open(graph.build(), name -> null, ForwardPassOptions.defaults().withThreads(1))
                .session();
        OnnxTensor a = OnnxTensor.createTensor(env, p);
        OnnxTensor b = OnnxTensor.createTensor(env, filtered);
        OnnxTensor c = OnnxTensor.createTensor(env, topP);
        OnnxTensor d = OnnxTensor.createTensor(env, topK);
        OrtSession.Result result =
            session.run(Map.of("p", a, "filtered", b, "top_p", c, "top_k", d))) {
      return (float[][]) result.get(0).getValue();
    }
  }
}
