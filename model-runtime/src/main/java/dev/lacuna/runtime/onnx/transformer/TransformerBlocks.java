package dev.lacuna.runtime.onnx.transformer;

import dev.lacuna.runtime.onnx.graph.Attributes;
import dev.lacuna.runtime.onnx.graph.GraphBuilder;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.TensorType;
import dev.lacuna.runtime.onnx.graph.GraphBuilder.Value;
import dev.lacuna.runtime.onnx.graph.Numbers;
import java.util.List;

/**
 * Building blocks of bidirectional transformers; a family is a composition of them.
 *
 * <p>Between blocks the state of all positions is one matrix of shape (rows × length, width), so
 * that every linear layer is a plain matrix product over weights as they are stored, [out, in].
 * States are fp32 between blocks; a graph that multiplies in fp16 casts what it multiplies, and the
 * product back.
 *
 * <p>Threading: owned by the thread that builds.
 */
final class TransformerBlocks {

  /**
   * Added to the scores of padding: its exponential is exactly 0, and a row of nothing but padding
   * still has no NaN.
   */
  private static final float NEVER = -1e30f;

  /**
   * Shape of an attention.
   *
   * @param keyValueHeads key and value heads
   * @param queriesPerKey query heads that share a key head
   * @param headWidth width of one head
   */
  record Heads(int keyValueHeads, int queriesPerKey, int headWidth) {}

  /**
   * Cosines and sines of the rotary angles.
   *
   * @param cos shape (places, headWidth / 2)
   * @param sin the same
   * @param places int64, of each position, shape (rows, length); or of the first of every row,
   *     whose others follow, shape (1)
   */
  record Rotary(Value cos, Value sin, Value places) {}

  /**
   * What hides padding from attention.
   *
   * @param bias 0 for tokens and a huge negative number for padding, to be added to scores; shape
   *     (rows, 1, 1, 1, length)
   * @param any whether there is padding; a scalar
   */
  record Padding(Value bias, Value any) {}

  private final GraphBuilder graph;
  private final MatrixProducts products;
  private final Value shape;
  private final Value length;

  /**
   * Blocks for a batch of rows.
   *
   * @param tokenIds int64, shape (rows, length)
   * @param numbers formats of weights and products
   */
  TransformerBlocks(GraphBuilder graph, Value tokenIds, Numbers numbers) {
    this.graph = graph;
    this.products = new MatrixProducts(graph, numbers);
    this.shape = graph.node("Shape", tokenIds);
    this.length = graph.node("Slice", shape, graph.longs(1), graph.longs(2));
  }

  /** Rows of a table for all positions; shape (rows × length, width). */
  Value embedding(Value table, Value tokenIds, int width) {
    return graph.node(
        "Reshape",
        products.fromWeights(graph.node("Gather", table, tokenIds)),
        graph.longs(-1, width));
  }

  /**
   * Adds a learned vector for each place.
   *
   * @param table shape (places, width)
   * @param placesOrNull int64, shape (rows, length); null for 0 to length - 1
   */
  Value addPositions(Value x, Value table, Value placesOrNull, int width) {
    if (placesOrNull != null) {
      return graph.node("Add", x, embedding(table, placesOrNull, width));
    }
    Value rows = graph.node("Slice", table, graph.longs(0), length, graph.longs(0));
    Value whole =
        graph.node("Concat", List.of(shape, graph.longs(width)), Attributes.of("axis", 0));
    Value sum = graph.node("Add", graph.node("Reshape", x, whole), products.fromWeights(rows));
    return graph.node("Reshape", sum, graph.longs(-1, width));
  }

  /**
   * Padding at the rows' ends.
   *
   * @param rowLengths tokens of each row, int64, shape (rows)
   */
  Padding paddingBehind(Value rowLengths) {
    Value end = graph.node("Squeeze", length, graph.longs(0));
    Value positions = graph.node("Range", graph.scalar(0L), end, graph.scalar(1L));
    Value inRow =
        graph.node("Less", positions, graph.node("Unsqueeze", rowLengths, graph.longs(1)));
    return padding(inRow);
  }

  /**
   * Padding anywhere.
   *
   * @param mask int64, 0 for padding, shape (rows, length)
   */
  Padding paddingWhere(Value mask) {
    return padding(graph.cast(mask, TensorType.BOOL));
  }

  private Padding padding(Value seen) {
    Value bias = graph.node("Where", seen, graph.scalar(0f), graph.scalar(NEVER));
    return new Padding(
        graph.node("Unsqueeze", bias, graph.longs(1, 2, 3)), graph.any(graph.node("Not", seen)));
  }

  /** {@code x / sqrt(mean(x²) + epsilon) × gain} over the last axis. */
  Value rmsNorm(Value x, Value gain, double epsilon) {
    // Written so that ONNX Runtime recognises it and runs it as one kernel.
    Value square = graph.node("Pow", x, graph.scalar(2f));
    Value mean =
        graph.node("ReduceMean", List.of(square, graph.longs(-1)), Attributes.of("keepdims", 1));
    Value root = graph.node("Sqrt", graph.node("Add", mean, graph.scalar((float) epsilon)));
    return graph.node("Mul", graph.node("Div", x, root), gain);
  }

  /** {@code (x - mean(x)) / sqrt(variance(x) + epsilon) × gain + bias} over the last axis. */
  Value layerNorm(Value x, Value gain, Value bias, double epsilon) {
    return graph.node(
        "LayerNormalization",
        List.of(x, gain, bias),
        Attributes.of("axis", -1),
        Attributes.of("epsilon", (float) epsilon));
  }

  /** {@code x × weightᵀ}; weight [out, in] as stored. */
  Value linear(Value x, Value weight) {
    return products.linear(x, weight);
  }

  /** {@code x × weightᵀ + bias}; weight [out, in] as stored, bias [out] in fp32. */
  Value linear(Value x, Value weight, Value bias) {
    return products.linear(x, weight, bias);
  }

  /**
   * Angles of all positions, out of a table for all places; halves are not interleaved, as in
   * LLaMA.
   *
   * @param placesOrNull int64, shape (rows, length); null for 0 to length - 1
   */
  Rotary rotary(RotaryTable table, Value placesOrNull) {
    return new Rotary(
        graph.floats(table.cos(), table.length(), table.halfWidth()),
        graph.floats(table.sin(), table.length(), table.halfWidth()),
        placesOrNull == null ? graph.longs(0) : placesOrNull);
  }

  /**
   * Attention of every position to all of its row.
   *
   * @param query (rows × length, heads × headWidth)
   * @param key (rows × length, keyValueHeads × headWidth)
   * @param value the same
   * @param rotaryOrNull null where positions are learned
   * @return shape of the query
   */
  Value attention(
      Value query, Value key, Value value, Heads heads, Rotary rotaryOrNull, Padding padding) {
    int groups = heads.keyValueHeads();
    float scale = (float) (1 / Math.sqrt(heads.headWidth()));
    Value q = rotate(query, groups * heads.queriesPerKey(), heads.headWidth(), rotaryOrNull);
    Value k = rotate(key, groups, heads.headWidth(), rotaryOrNull);
    q = split(q, groups, heads.queriesPerKey(), heads.headWidth());
    k = split(k, groups, 1, heads.headWidth());
    Value v = split(value, groups, 1, heads.headWidth());
    Value scores = products.ofTransposed(q, k, scale, heads.headWidth());
    Value mixed = products.of(shares(scores, padding), v, heads.headWidth());
    long width = (long) groups * heads.queriesPerKey() * heads.headWidth();
    return graph.node("Reshape", transpose(mixed, 0, 3, 1, 2, 4), graph.longs(-1, width));
  }

  private Value split(Value x, int groups, int headsPerGroup, int width) {
    Value parts =
        graph.node(
            "Concat",
            List.of(shape, graph.longs(groups, headsPerGroup, width)),
            Attributes.of("axis", 0));
    // (rows, length, groups, heads of the group, width) → (rows, groups, heads, length, width)
    return transpose(graph.node("Reshape", x, parts), 0, 2, 3, 1, 4);
  }

  /** Turns each head's pairs (i, i + width/2) by their position's angle. */
  private Value rotate(Value x, int heads, int width, Rotary rotary) {
    if (rotary == null) {
      return x;
    }
    Value whole =
        graph.node(
            "Concat", List.of(shape, graph.longs((long) heads * width)), Attributes.of("axis", 0));
    return graph.own(
        "RotaryEmbedding",
        List.of(graph.node("Reshape", x, whole), rotary.places(), rotary.cos(), rotary.sin()));
  }

  /** Shares of each position's attention. Where nothing is padded a bias of 0 changes no bit. */
  private Value shares(Value scores, Padding padding) {
    GraphBuilder padded = graph.branch("padded");
    Value hidden = padded.node("Add", scores, padding.bias());
    padded.result(softmax(padded, hidden), TensorType.FLOAT, "rows", "groups", "heads", "l", "m");
    GraphBuilder full = graph.branch("full");
    full.result(softmax(full, scores), TensorType.FLOAT, "rows", "groups", "heads", "l", "m");
    return graph.ifElse(padding.any(), padded, full);
  }

  /** {@code silu(gate) × up}. */
  Value gated(Value gate, Value up) {
    Value silu = graph.node("Mul", gate, graph.node("Sigmoid", gate));
    return graph.node("Mul", silu, up);
  }

  /** GELU by its tanh approximation. */
  Value gelu(Value x) {
    return graph.node("Gelu", List.of(x), Attributes.of("approximate", "tanh"));
  }

  /** Residual sum. */
  Value add(Value x, Value y) {
    return graph.node("Add", x, y);
  }

  /**
   * States of the positions to be sampled alone, so that what follows, the vocabulary projection
   * above all, runs for no others.
   *
   * @param positions int64, shape (positions): {@code row × length + position}
   * @return shape (positions, width)
   */
  Value pick(Value x, Value positions) {
    return graph.node("Gather", List.of(x, positions), Attributes.of("axis", 0));
  }

  private static Value softmax(GraphBuilder graph, Value x) {
    return graph.node("Softmax", List.of(x), Attributes.of("axis", -1));
  }

  private Value transpose(Value x, long... axes) {
    return graph.node("Transpose", List.of(x), Attributes.ofList("perm", axes));
  }
}
