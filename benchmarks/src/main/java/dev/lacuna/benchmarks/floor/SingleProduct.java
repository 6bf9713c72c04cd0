package dev.lacuna.benchmarks.floor;

import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * One matrix product in a session of its own: what a floor of many products is checked against.
 *
 * <p>Threading: used by one thread.
 */
public final class SingleProduct implements AutoCloseable {

  private static final String LEFT = "left";
  private static final String RIGHT = "right";

  private final ProductSession session;
  private final Map<String, long[]> shapes;

  private SingleProduct(ProductSession session, Map<String, long[]> shapes) {
    this.session = session;
    this.shapes = shapes;
  }

  /**
   * Builds and loads the product.
   *
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  public static SingleProduct open(MatrixProduct product, ForwardPassOptions options) {
    return product.weight() ? byWeight(product, options) : ofInputs(product, options);
  }

  private static SingleProduct byWeight(MatrixProduct product, ForwardPassOptions options) {
    GraphBuilder graph = new GraphBuilder("product");
    Value left = graph.input(LEFT, TensorType.FLOAT, "m", product.k());
    Value weight =
        graph.weight(
            product.name() + ".weight", ProductFloor.fp32(List.of(product.n(), product.k())));
    ModelGraph built =
        ProductFloor.finished(graph, List.of(ProductFloor.gemm(graph, left, weight)));
    FloatBuffer numbers = ProductSession.numbers(product.m() * product.k(), 1, 1);
    return new SingleProduct(
        new ProductSession(built, name -> 1, Map.of(LEFT, numbers), options),
        Map.of(LEFT, new long[] {product.m(), product.k()}));
  }

  private static SingleProduct ofInputs(MatrixProduct product, ForwardPassOptions options) {
    long[] leftShape = {product.batch(), product.m(), product.k()};
    long[] rightShape = {product.batch(), product.k(), product.n()};
    GraphBuilder graph = new GraphBuilder("product");
    Value left = graph.input(LEFT, TensorType.FLOAT, "batch", product.m(), product.k());
    Value right = graph.input(RIGHT, TensorType.FLOAT, "batch", product.k(), product.n());
    ModelGraph built = ProductFloor.finished(graph, List.of(graph.node("MatMul", left, right)));
    FloatBuffer leftNumbers = ProductSession.numbers(ProductSession.elements(leftShape), 1, 1);
    FloatBuffer rightNumbers = ProductSession.numbers(ProductSession.elements(rightShape), 1, 2);
    return new SingleProduct(
        new ProductSession(
            built, name -> 1, Map.of(LEFT, leftNumbers, RIGHT, rightNumbers), options),
        Map.of(LEFT, leftShape, RIGHT, rightShape));
  }

  /**
   * Computes the product once, whatever {@link MatrixProduct#times} says.
   *
   * @return a few numbers of it
   */
  public float[] run() {
    return session.run(shapes);
  }

  @Override
  public void close() {
    session.close();
  }
}
