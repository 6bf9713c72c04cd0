package dev.lacuna.benchmarks.floor;

import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.family.TransformerWeights;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.GraphWeight;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The least that a forward pass can take: its matrix products and nothing else, in the same
 * runtime, with the same threads and with weights that the runtime has packed beforehand. No norm,
 * no rotation, no softmax, no residual sum, no transposition, no sampling.
 *
 * <p>Products are chained as in the model, so that caches are no warmer than there. A chain's
 * numbers mean nothing: heads are cut from the states by reshaping, which costs nothing.
 *
 * <p>A CPU multiplies a few rows at a time faster than many, whose states leave its caches: the
 * products can be run in {@link Tiling tiles}, and the floor is the fastest of them.
 *
 * <p>Threading: used by one thread.
 */
public final class ProductFloor implements AutoCloseable {

  private static final String STATES = "states";
  private static final String PICKED = "picked";

  /** Logits of a tile take no more memory than this. */
  private static final long LOGITS_BYTES_MAX = 1L << 29;

  private static final int[] TILE_CELLS = {2048, 1024, 512};
  private static final int[] TILE_PICKS = {2048, 1024, 512, 256, 128};

  /**
   * How many of a batch's products run at a time.
   *
   * @param rows rows of a tile, up to the last attention
   * @param picks positions of a tile, behind it
   */
  public record Tiling(int rows, int picks) {}

  private final ForwardProducts products;
  private final ProductSession body;
  private final ProductSession tail;

  private ProductFloor(ForwardProducts products, ProductSession body, ProductSession tail) {
    this.products = products;
    this.body = body;
    this.tail = tail;
  }

  /**
   * Builds and loads the graphs of a batch.
   *
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  public static ProductFloor open(ForwardProducts products, ForwardPassOptions options) {
    TransformerShape shape = products.shape();
    long cells = (long) products.rows() * products.length();
    FloatBuffer states = ProductSession.numbers(cells * shape.hidden(), 1, 1);
    FloatBuffer picked = ProductSession.numbers(products.picks() * queries(shape), 1, 2);
    ProductSession body =
        new ProductSession(
            body(shape, products.length()),
            name -> gain(name, shape, products.length()),
            Map.of(STATES, states),
            options);
    try {
      return new ProductFloor(
          products,
          body,
          new ProductSession(tail(shape), name -> 1, Map.of(PICKED, picked), options));
    } catch (RuntimeException e) {
      body.close();
      throw e;
    }
  }

  /** Attention's two products make numbers larger, the model's scale and softmax being left out. */
  private static double gain(String weight, TransformerShape shape, int length) {
    boolean values = weight.endsWith(TransformerWeights.VALUE + ".weight");
    return values ? 1 / Math.sqrt((double) shape.headWidth() * length) : 1;
  }

  private static long queries(TransformerShape shape) {
    return (long) shape.heads() * shape.headWidth();
  }

  /** All layers up to the last one's attention. */
  private static ModelGraph body(TransformerShape shape, int length) {
    GraphBuilder graph = new GraphBuilder("floor");
    List<Value> ends = new ArrayList<>();
    Value x = graph.input(STATES, TensorType.FLOAT, "cells", shape.hidden());
    for (int layer = 0; layer < shape.layers(); layer++) {
      Value mixed = attention(graph, shape, length, x, layer);
      boolean last = layer == shape.layers() - 1;
      x = last ? mixed : behindAttention(graph, shape, mixed, layer, ends);
    }
    ends.add(x);
    return finished(graph, ends);
  }

  /** What follows for the positions to be sampled. */
  private static ModelGraph tail(TransformerShape shape) {
    GraphBuilder graph = new GraphBuilder("floor");
    List<Value> ends = new ArrayList<>();
    Value picked = graph.input(PICKED, TensorType.FLOAT, "picks", queries(shape));
    Value x = behindAttention(graph, shape, picked, shape.layers() - 1, ends);
    Value head =
        graph.weight(
            TransformerWeights.HEAD,
            fp32(List.of((long) shape.vocabulary(), (long) shape.hidden())));
    ends.add(gemm(graph, x, head));
    return finished(graph, ends);
  }

  private static Value attention(
      GraphBuilder graph, TransformerShape shape, int length, Value x, int layer) {
    long width = shape.headWidth();
    long asking = (long) shape.queriesPerKey() * length;
    Value q = linear(graph, shape, x, layer, TransformerWeights.QUERY);
    Value k = linear(graph, shape, x, layer, TransformerWeights.KEY);
    Value v = linear(graph, shape, x, layer, TransformerWeights.VALUE);
    q = graph.node("Reshape", q, graph.longs(-1, asking, width));
    k = graph.node("Reshape", k, graph.longs(-1, width, length));
    v = graph.node("Reshape", v, graph.longs(-1, length, width));
    Value mixed = graph.node("MatMul", graph.node("MatMul", q, k), v);
    return graph.node("Reshape", mixed, graph.longs(-1, queries(shape)));
  }

  /** The projection behind attention and the MLP; values that nothing goes on from are ends. */
  private static Value behindAttention(
      GraphBuilder graph, TransformerShape shape, Value mixed, int layer, List<Value> ends) {
    Value x = linear(graph, shape, mixed, layer, TransformerWeights.OUTPUT);
    if (shape.mlp() == TransformerShape.Mlp.GATED_SILU) {
      ends.add(linear(graph, shape, x, layer, TransformerWeights.GATE));
    }
    Value up = linear(graph, shape, x, layer, TransformerWeights.UP);
    return linear(graph, shape, up, layer, TransformerWeights.DOWN);
  }

  private static Value linear(
      GraphBuilder graph, TransformerShape shape, Value x, int layer, String part) {
    String name = TransformerWeights.layer(layer, part) + ".weight";
    return gemm(graph, x, graph.weight(name, fp32(TransformerWeights.shapes(shape).get(name))));
  }

  static Value gemm(GraphBuilder graph, Value x, Value weight) {
    return graph.node("Gemm", List.of(x, weight), Attributes.of("transB", 1));
  }

  static GraphWeight fp32(List<Long> dimensions) {
    return new GraphWeight(dimensions, NumberFormat.FP32);
  }

  /**
   * A number or few of each end as the output: nothing is left out, and nothing large is copied.
   */
  static ModelGraph finished(GraphBuilder graph, List<Value> ends) {
    List<Value> numbers = new ArrayList<>();
    for (Value end : ends) {
      Value corner =
          graph.node("Slice", end, graph.longs(0, 0), graph.longs(1, 1), graph.longs(0, -1));
      numbers.add(graph.node("Reshape", corner, graph.longs(-1)));
    }
    Value all = graph.node("Concat", numbers, Attributes.of("axis", 0));
    graph.output(all, "ends", TensorType.FLOAT, "ends");
    return graph.build();
  }

  /** Numbers of rows that are worth a try, from all downwards. */
  public List<Integer> rowsAtOnce() {
    List<Integer> rows = new ArrayList<>(List.of(products.rows()));
    for (int cells : TILE_CELLS) {
      int few = Math.max(1, cells / products.length());
      if (few < rows.get(rows.size() - 1)) {
        rows.add(few);
      }
    }
    return rows;
  }

  /** Numbers of positions that are worth a try, from as many as memory allows downwards. */
  public List<Integer> picksAtOnce() {
    long logitsBytes = (long) products.shape().vocabulary() * Float.BYTES;
    long most = Math.max(1, Math.min(LOGITS_BYTES_MAX / logitsBytes, products.picks()));
    List<Integer> picks = new ArrayList<>(List.of((int) most));
    for (int few : TILE_PICKS) {
      if (few < picks.get(picks.size() - 1)) {
        picks.add(few);
      }
    }
    return picks;
  }

  /**
   * Runs all products once.
   *
   * @return a few numbers of each tile's
   */
  public List<float[]> run(Tiling tiling) {
    List<float[]> ends = new ArrayList<>(runRows(tiling.rows()));
    ends.addAll(runPicks(tiling.picks()));
    return ends;
  }

  /**
   * Runs the products up to the last attention.
   *
   * @param atOnce rows of a tile
   */
  public List<float[]> runRows(int atOnce) {
    List<float[]> ends = new ArrayList<>();
    for (int row = 0; row < products.rows(); row += atOnce) {
      long cells = (long) Math.min(atOnce, products.rows() - row) * products.length();
      ends.add(body.run(Map.of(STATES, new long[] {cells, products.shape().hidden()})));
    }
    return ends;
  }

  /**
   * Runs the products behind the last attention.
   *
   * @param atOnce positions of a tile
   */
  public List<float[]> runPicks(int atOnce) {
    List<float[]> ends = new ArrayList<>();
    for (int pick = 0; pick < products.picks(); pick += atOnce) {
      long picks = Math.min(atOnce, products.picks() - pick);
      ends.add(tail.run(Map.of(PICKED, new long[] {picks, queries(products.shape())})));
    }
    return ends;
  }

  @Override
  public void close() {
    body.close();
    tail.close();
  }
}
