package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.checkpoint.NumberFormat;
import dev.lacuna.runtime.onnx.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.GraphBuilder.Value;
import java.util.List;

/**
 * Matrix products of a graph, with the casts that its number formats need: what goes in and comes
 * out is fp32, weights aside.
 *
 * @param graph the graph to append to
 * @param numbers formats of weights and products
 */
record MatrixProducts(GraphBuilder graph, Numbers numbers) {

  /** {@code x × weightᵀ}; weight [out, in]. */
  Value linear(Value x, Value weight) {
    List<Value> inputs = List.of(toProduct(x), multiplied(weight));
    return fromProduct(graph.node("Gemm", inputs, Attributes.of("transB", 1)));
  }

  /** {@code x × weightᵀ + bias}; weight [out, in], bias [out] in fp32. */
  Value linear(Value x, Value weight, Value bias) {
    return numbers.products() == NumberFormat.FP32
        ? graph.node("Gemm", List.of(x, multiplied(weight), bias), Attributes.of("transB", 1))
        : graph.node("Add", linear(x, weight), bias);
  }

  /** {@code a × b}, over all leading axes. */
  Value of(Value a, Value b) {
    return fromProduct(graph.node("MatMul", toProduct(a), toProduct(b)));
  }

  /** {@code scale × a × bᵀ}, over all leading axes. */
  Value ofTransposed(Value a, Value b, float scale) {
    return fromProduct(
        graph.own(
            "FusedMatMul",
            List.of(toProduct(a), toProduct(b)),
            Attributes.of("alpha", scale),
            Attributes.of("transB", 1)));
  }

  /** Numbers of a weight in fp32. */
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
