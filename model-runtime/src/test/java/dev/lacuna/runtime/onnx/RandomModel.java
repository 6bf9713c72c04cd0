package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.family.TransformerShape.Biases;
import dev.lacuna.runtime.checkpoint.family.TransformerShape.Mlp;
import dev.lacuna.runtime.checkpoint.family.TransformerShape.Norm;
import dev.lacuna.runtime.checkpoint.family.TransformerShape.Positions;
import dev.lacuna.runtime.checkpoint.family.TransformerWeights;
import dev.lacuna.runtime.checkpoint.safetensors.WeightData;
import dev.lacuna.runtime.facts.ModelFacts;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.facts.TestFacts;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.head.SamplingHead;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.OnnxForwardPass;
import dev.lacuna.runtime.onnx.transformer.TransformerGraph;
import dev.lacuna.runtime.onnx.weights.WeightTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A transformer of any shape with random weights and no files. */
@SuppressWarnings("ImmutableEnumChecker") // a shape is a record of records
public enum RandomModel implements WeightData {
  /** Like GPT-2: layer norms, learned positions, biases, GELU, tied head. */
  GPT2(
      new TransformerShape(
          1009,
          1009,
          96,
          384,
          2,
          3,
          3,
          32,
          256,
          new Norm.Layer(1e-5),
          new Positions.Learned(),
          Mlp.TANH_GELU,
          Biases.ALL,
          true)),

  /** Like Qwen2: grouped queries, biases of queries, keys and values, own head. */
  QWEN2(
      new TransformerShape(
          1009,
          1012,
          72,
          200,
          2,
          6,
          2,
          12,
          256,
          new Norm.Rms(1e-6),
          new Positions.Rotary(1e6, false),
          Mlp.GATED_SILU,
          new Biases(true, false, false),
          false)),

  /** Like GPT-2, with widths that are multiples of nothing. */
  ODD_GPT2(
      new TransformerShape(
          1010,
          1010,
          33,
          75,
          2,
          3,
          3,
          11,
          256,
          new Norm.Layer(1e-5),
          new Positions.Learned(),
          Mlp.TANH_GELU,
          Biases.ALL,
          true)),

  /** Like LLaMA, with widths that are multiples of as little as rotary positions allow. */
  ODD_LLAMA(
      new TransformerShape(
          1011,
          1011,
          30,
          77,
          2,
          3,
          1,
          10,
          256,
          new Norm.Rms(1e-6),
          new Positions.Rotary(1e4, false),
          Mlp.GATED_SILU,
          new Biases(false, false, false),
          true)),

  /** Heads wider than the products' blocks of 128, and no multiple of them. */
  WIDE_HEADS(
      new TransformerShape(
          1012,
          1012,
          48,
          96,
          2,
          2,
          1,
          300,
          256,
          new Norm.Rms(1e-6),
          new Positions.Rotary(1e4, false),
          Mlp.GATED_SILU,
          new Biases(false, false, false),
          false));

  /** Id that stands for no token but the mask. */
  public static final int MASK = TestFacts.MASK;

  private final TransformerShape shape;

  RandomModel(TransformerShape shape) {
    this.shape = shape;
  }

  public TransformerShape shape() {
    return shape;
  }

  public ModelFacts facts() {
    return TestFacts.of(
        name(), "revision", shape.vocabulary(), shape.vocabulary() - 1, shape.maxLength(), 16);
  }

  public OnnxForwardPass sampling(NumberFormat format) {
    return sampling(format, 2);
  }

  public OnnxForwardPass sampling(NumberFormat format, int threads) {
    return sampling(format, ForwardPassOptions.defaults().withThreads(threads));
  }

  public OnnxForwardPass sampling(NumberFormat format, ForwardPassOptions options) {
    ModelGraph graph =
        TransformerGraph.of(shape, format, builder -> new SamplingHead(builder, facts()));
    return new OnnxForwardPass(graph, new WeightTensors(graph, this), facts(), options);
  }

  @Override
  public Map<String, List<Long>> shapes() {
    return TransformerWeights.shapes(shape);
  }

  @Override
  public void write(String weight, NumberFormat target, WritableByteChannel out)
      throws IOException {
    if (target != NumberFormat.FP32) {
      throw new UnsupportedOperationException("random weights are fp32");
    }
    FloatBuffer floats = numbers(weight);
    ByteBuffer bytes =
        ByteBuffer.allocate(floats.remaining() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(floats);
    out.write(bytes);
  }

  private FloatBuffer numbers(String weight) {
    List<Long> dimensions = shapes().get(weight);
    int elements = dimensions.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
    Random random = new Random(weight.hashCode());
    FloatBuffer floats = FloatBuffer.allocate(elements);
    for (int i = 0; i < elements; i++) {
      floats.put((float) random.nextGaussian() * (dimensions.size() == 1 ? 1f : 0.3f));
    }
    return floats.flip();
  }
}
