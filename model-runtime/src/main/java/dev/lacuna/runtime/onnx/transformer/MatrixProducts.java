package dev.lacuna.runtime.onnx.transformer;

import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.GraphWeight;
import dev.lacuna.runtime.onnx.graph.Numbers;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.weights.Int8Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Matrix products of a graph, with the casts that its number formats need: what goes in and comes
 * out is fp32, weights aside.
 *
 * <p>In int8 every row of {@code x}, that is every position, has a scale of its own, its largest
 * magnitude / 127. Sums of products of integers are exact in any order, and what is done to them
 * afterwards is done to each number by itself, so a row's result has the same bits in every batch.
 *
 * <p>Threading: owned by the thread that builds.
 */
public final class MatrixProducts {

  /**
   * Longest row of a product in int8: with more, 255 × 127 a number could exceed the 32 bits of a
   * sum.
   */
  private static final long LONGEST_INT8_ROW = Integer.MAX_VALUE / (255 * 127);

  /** What the name of a matrix ends with whose rows have become columns. */
  private static final String COLUMNS = ".columns";

  /** Stands for 0 in a quantized row: the fast kernels take unsigned numbers times signed ones. */
  private static final int ZERO_POINT = 128;

  /**
   * A row whose largest magnitude is smaller counts as zeros: its scale would lose digits, or be 0
   * and make NaN.
   */
  private static final float SMALLEST = 1e-30f;

  /**
   * Columns of a product of two tensors of the batch at most: for more, ONNX Runtime 1.29 goes by
   * their other sizes, and by how many threads there are, when it chooses after how many numbers it
   * rounds a sum.
   */
  private static final int WIDEST = 128;

  /**
   * Rows in integers.
   *
   * @param numbers uint8, {@link #ZERO_POINT} for 0; shape (rows, width)
   * @param scales what one step is worth; shape (rows, 1)
   */
  private record Quantized(Value numbers, Value scales) {}

  private final GraphBuilder graph;
  private final Numbers numbers;

  /** Queries, keys and values share their input, and so do gate and up. */
  private final Map<Value, Quantized> quantized = new HashMap<>();

  /**
   * Products of one graph, or of one branch.
   *
   * @param graph the graph to append to
   * @param numbers formats of weights and products
   */
  MatrixProducts(GraphBuilder graph, Numbers numbers) {
    this.graph = graph;
    this.numbers = numbers;
  }

  /**
   * Declares a matrix to multiply by, in the format of weights.
   *
   * @param graph the outermost graph, which holds the weights of its branches too
   * @param shape [out, in]
   * @return what {@link #linear} takes
   */
  static Value weight(GraphBuilder graph, Numbers numbers, String name, List<Long> shape) {
    if (numbers.products() != NumberFormat.INT8) {
      return graph.weight(name, new GraphWeight(shape, numbers.weights()));
    }
    if (shape.get(1) > LONGEST_INT8_ROW) {
      throw new ForwardPassException(
          "weight %s has rows of %d numbers, more than the %d whose products fit the sums of dtype int8; use fp32"
              .formatted(name, shape.get(1), LONGEST_INT8_ROW));
    }
    GraphWeight.Part scales = GraphWeight.Part.ROW_SCALES;
    graph.weight(
        scales.of(name), new GraphWeight(List.of(shape.get(0)), NumberFormat.FP32, scales));
    GraphWeight.Part rows = GraphWeight.Part.INT8_ROWS;
    return columns(
        graph, name, graph.weight(rows.of(name), new GraphWeight(shape, NumberFormat.INT8, rows)));
  }

  /**
   * The operator wants [in, out]. The runtime folds the transposition when it loads the graph, once
   * for all branches.
   */
  public static Value columns(GraphBuilder graph, String name, Value rows) {
    return graph.named(
        graph.node("Transpose", List.of(rows), Attributes.ofList("perm", 1, 0)), name + COLUMNS);
  }

  /** {@code x × weightᵀ}; x (rows, in), weight [out, in]. */
  Value linear(Value x, Value weight) {
    if (numbers.products() == NumberFormat.INT8) {
      return integers(x, weight);
    }
    List<Value> inputs = List.of(toProduct(x), multiplied(weight));
    return fromProduct(graph.node("Gemm", inputs, Attributes.of("transB", 1)));
  }

  /** {@code x × weightᵀ + bias}; x (rows, in), weight [out, in], bias [out] in fp32. */
  Value linear(Value x, Value weight, Value bias) {
    return numbers.products() == NumberFormat.FP32
        ? graph.node("Gemm", List.of(x, multiplied(weight), bias), Attributes.of("transB", 1))
        : graph.node("Add", linear(x, weight), bias);
  }

  private Value integers(Value x, Value weight) {
    Quantized rows = quantized.computeIfAbsent(x, this::quantize);
    String name = weight.name().substring(0, weight.name().length() - COLUMNS.length());
    Value channelScales = new Value(GraphWeight.Part.ROW_SCALES.of(name));
    // The bias stays outside: whether a kernel rounds between scale and bias could depend on where
    // in a tile a number falls.
    Value scaled =
        graph.own(
            "MatMulIntegerToFloat",
            List.of(
                rows.numbers(),
                weight,
                graph.scalar(1f),
                channelScales,
                graph.scalarByte(ZERO_POINT)));
    return graph.node("Mul", scaled, rows.scales());
  }

  private Quantized quantize(Value x) {
    Value last = graph.longs(1);
    Value most = graph.node("ReduceMax", List.of(x, last), Attributes.of("keepdims", 0));
    Value least = graph.node("ReduceMin", List.of(x, last), Attributes.of("keepdims", 0));
    Value magnitudes = graph.node("Max", most, graph.node("Neg", least), graph.scalar(SMALLEST));
    Value scales = graph.node("Div", magnitudes, graph.scalar((float) Int8Rows.LARGEST));
    Value zeroPoints =
        graph.node("Expand", graph.scalarByte(ZERO_POINT), graph.node("Shape", scales));
    Value integers =
        graph.node("QuantizeLinear", List.of(x, scales, zeroPoints), Attributes.of("axis", 0));
    return new Quantized(integers, graph.node("Unsqueeze", scales, last));
  }

  /**
   * {@code a × b}, over all leading axes.
   *
   * @param width columns of b
   */
  Value of(Value a, Value b, int width) {
    List<Value> pieces =
        IntStream.range(0, pieces(width)).mapToObj(i -> product(a, piece(b, width, i))).toList();
    return pieces.size() == 1
        ? pieces.get(0)
        : graph.node("Concat", pieces, Attributes.of("axis", -1));
  }

  /**
   * {@code scale × a × bᵀ}, over all leading axes.
   *
   * @param width columns of both
   */
  Value ofTransposed(Value a, Value b, float scale, int width) {
    return IntStream.range(0, pieces(width))
        .mapToObj(i -> transposed(piece(a, width, i), piece(b, width, i), scale))
        .reduce((x, y) -> graph.node("Add", x, y))
        .orElseThrow();
  }

  private static int pieces(int width) {
    return (width + WIDEST - 1) / WIDEST;
  }

  private Value piece(Value x, int width, int index) {
    return width <= WIDEST
        ? x
        : graph.node(
            "Slice",
            x,
            graph.longs((long) index * WIDEST),
            graph.longs(Math.min(width, (index + 1L) * WIDEST)),
            graph.longs(-1));
  }

  private Value product(Value a, Value b) {
    return fromProduct(graph.node("MatMul", toProduct(a), toProduct(b)));
  }

  private Value transposed(Value a, Value b, float scale) {
    return fromProduct(
        graph.own(
            "FusedMatMul",
            List.of(toProduct(a), toProduct(b)),
            Attributes.of("alpha", scale),
            Attributes.of("transB", 1)));
  }

  /** Numbers of a table or vector in fp32. */
  Value fromWeights(Value x) {
    return numbers.weights() == NumberFormat.FP16 ? graph.cast(x, TensorType.FLOAT) : x;
  }

  /** A weight as products take it. The runtime folds the cast when it loads the graph. */
  private Value multiplied(Value weight) {
    return numbers.products() == NumberFormat.FP32 ? fromWeights(weight) : weight;
  }

  private Value toProduct(Value x) {
    return numbers.products() == NumberFormat.FP16 ? graph.cast(x, TensorType.FLOAT16) : x;
  }

  private Value fromProduct(Value x) {
    return numbers.products() == NumberFormat.FP16 ? graph.cast(x, TensorType.FLOAT) : x;
  }
}
