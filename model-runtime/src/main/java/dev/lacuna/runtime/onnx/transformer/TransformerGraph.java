package dev.lacuna.runtime.onnx.transformer;

import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.family.TransformerShape.Norm;
import dev.lacuna.runtime.checkpoint.family.TransformerShape.Positions;
import dev.lacuna.runtime.checkpoint.family.TransformerWeights;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.GraphWeight;
import dev.lacuna.runtime.onnx.graph.Head;
import dev.lacuna.runtime.onnx.graph.ModelGraph;
import dev.lacuna.runtime.onnx.graph.Numbers;
import dev.lacuna.runtime.onnx.graph.PickedLogits;
import dev.lacuna.runtime.onnx.graph.RowsGraph;
import java.util.List;
import java.util.Map;

/**
 * A bidirectional transformer of any family as a graph: {@link TransformerBlocks}, composed as its
 * shape says, with a head on top.
 *
 * <p>Inputs: {@code input_ids} int64 (rows, length); {@code positions} int64 (picks), {@code row ×
 * length + position} of the logits that are wanted; and either {@code row_lengths} int64 (rows), or
 * {@code attention_mask} and {@code position_ids}, int64 (rows, length). The head declares the
 * rest.
 *
 * <p>Threading: owned by the thread that builds.
 */
public final class TransformerGraph {

  private final GraphBuilder graph = new GraphBuilder("transformer");
  private final TransformerShape shape;
  private final Numbers numbers;
  private final Map<String, List<Long>> shapes;
  private final TransformerBlocks.Heads heads;
  private TransformerBlocks blocks;

  private TransformerGraph(TransformerShape shape, Numbers numbers) {
    this.shape = shape;
    this.numbers = numbers;
    this.shapes = TransformerWeights.shapes(shape);
    this.heads =
        new TransformerBlocks.Heads(
            shape.keyValueHeads(), shape.queriesPerKey(), shape.headWidth());
  }

  /**
   * A graph for any device whose rows are padded at their ends: what serving runs.
   *
   * @param weights format of the matrices, which are multiplied in fp32
   */
  public static ModelGraph of(TransformerShape shape, NumberFormat weights, Head.Kind head) {
    return of(shape, Numbers.anywhere(weights), head);
  }

  /** The same with a choice of the products' format. */
  public static ModelGraph of(TransformerShape shape, Numbers numbers, Head.Kind head) {
    return new TransformerGraph(shape, numbers).build(head, false);
  }

  /** A graph that is told of each position whether it is padding, and its place. */
  public static ModelGraph placed(TransformerShape shape, Numbers numbers, Head.Kind head) {
    return new TransformerGraph(shape, numbers).build(head, true);
  }

  private ModelGraph build(Head.Kind kind, boolean placed) {
    Head head = kind.on(graph);
    Value ids = graph.input("input_ids", TensorType.INT64, "rows", "length");
    Value positions = graph.input("positions", TensorType.INT64, "picks");
    blocks = new TransformerBlocks(graph, ids, numbers);
    TransformerBlocks.Padding padding;
    Value places = null;
    if (placed) {
      padding =
          blocks.paddingWhere(graph.input("attention_mask", TensorType.INT64, "rows", "length"));
      places = graph.input("position_ids", TensorType.INT64, "rows", "length");
    } else {
      padding = blocks.paddingBehind(graph.input("row_lengths", TensorType.INT64, "rows"));
    }
    Value x = embedding(ids, places);
    head.graft(logits(layers(x, places, padding, positions), head.bias()));
    return graph.build();
  }

  private Value embedding(Value ids, Value places) {
    Value x = blocks.embedding(table(TransformerWeights.EMBEDDING), ids, shape.hidden());
    if (!(shape.positions() instanceof Positions.Learned)) {
      return x;
    }
    Value table = table(TransformerWeights.POSITIONS);
    return blocks.addPositions(x, table, places, shape.hidden());
  }

  private Value layers(
      Value embedded, Value places, TransformerBlocks.Padding padding, Value positions) {
    TransformerBlocks.Rotary rotary = null;
    if (shape.positions() instanceof Positions.Rotary kind) {
      RotaryTable table = RotaryTable.of(shape.maxLength(), shape.headWidth(), kind);
      rotary = blocks.rotary(table, places);
    }
    Value x = embedded;
    for (int layer = 0; layer < shape.layers(); layer++) {
      Value mixed = attention(x, layer, rotary, padding);
      if (layer == shape.layers() - 1) {
        // Behind the last attention positions no longer meet: go on with those asked for.
        x = blocks.pick(x, positions);
        mixed = blocks.pick(mixed, positions);
      }
      Value attended = blocks.add(x, linear(mixed, layer, TransformerWeights.OUTPUT));
      x = blocks.add(attended, mlp(attended, layer));
    }
    return x;
  }

  /** The picked positions' states, and how a head projects them onto the vocabulary. */
  private PickedLogits logits(Value x, Value bias) {
    Value head = matrix(shape.tiedHead() ? TransformerWeights.EMBEDDING : TransformerWeights.HEAD);
    Value states = graph.named(norm(x, TransformerWeights.FINAL_NORM), RowsGraph.STATES);
    return new PickedLogits(
        states,
        (builder, some) -> new MatrixProducts(builder, numbers).linear(some, head, bias),
        true);
  }

  private Value attention(
      Value x, int layer, TransformerBlocks.Rotary rotary, TransformerBlocks.Padding padding) {
    Value h = norm(x, TransformerWeights.layer(layer, TransformerWeights.ATTENTION_NORM));
    return blocks.attention(
        linear(h, layer, TransformerWeights.QUERY),
        linear(h, layer, TransformerWeights.KEY),
        linear(h, layer, TransformerWeights.VALUE),
        heads,
        rotary,
        padding);
  }

  /** A residual block for each position by itself. */
  private Value mlp(Value x, int layer) {
    Value h = norm(x, TransformerWeights.layer(layer, TransformerWeights.MLP_NORM));
    Value up = linear(h, layer, TransformerWeights.UP);
    Value opened =
        shape.mlp() == TransformerShape.Mlp.GATED_SILU
            ? blocks.gated(linear(h, layer, TransformerWeights.GATE), up)
            : blocks.gelu(up);
    return linear(opened, layer, TransformerWeights.DOWN);
  }

  private Value norm(Value x, String name) {
    Value gain = weight(name + ".weight");
    return shape.norm() instanceof Norm.Layer layer
        ? blocks.layerNorm(x, gain, weight(name + ".bias"), layer.epsilon())
        : blocks.rmsNorm(x, gain, shape.norm().epsilon());
  }

  private Value linear(Value x, int layer, String part) {
    String name = TransformerWeights.layer(layer, part);
    Value weight = matrix(name + ".weight");
    return shapes.containsKey(name + ".bias")
        ? blocks.linear(x, weight, weight(name + ".bias"))
        : blocks.linear(x, weight);
  }

  /** Vectors are few and stay fp32. */
  private Value weight(String name) {
    return graph.weight(name, new GraphWeight(shapes.get(name), NumberFormat.FP32));
  }

  private Value table(String name) {
    return graph.weight(name, new GraphWeight(shapes.get(name), numbers.tables()));
  }

  private Value matrix(String name) {
    return MatrixProducts.weight(graph, numbers, name, shapes.get(name));
  }
}
