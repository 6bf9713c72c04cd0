package dev.lacuna.benchmarks.floor;

import dev.lacuna.runtime.checkpoint.family.TransformerShape;
import dev.lacuna.runtime.checkpoint.family.TransformerWeights;
import dev.lacuna.runtime.onnx.transformer.TransformerGraph;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrix products of one forward pass as {@link TransformerGraph} computes it, counted: behind
 * the last attention only positions to be sampled go on.
 *
 * @param shape the model's
 * @param rows rows of the batch
 * @param length tokens of each row
 * @param picks positions to be sampled, over all rows
 */
public record ForwardProducts(TransformerShape shape, int rows, int length, int picks) {

  /** Name of the product of queries and keys. */
  static final String SCORES = "scores";

  /** Name of the product of attention's weights and values. */
  static final String MIXED = "mixed";

  /** Name of the vocabulary projection. */
  static final String LOGITS = "logits";

  /** Checks the bounds. */
  public ForwardProducts {
    if (rows < 1 || length < 1 || length > shape.maxLength()) {
      throw new IllegalArgumentException(
          "%d rows of %d tokens; there must be a row, of 1 to %d tokens"
              .formatted(rows, length, shape.maxLength()));
    }
    if (picks < 1 || picks > (long) rows * length) {
      throw new IllegalArgumentException(
          "%d positions to be sampled; there must be from 1 to %d"
              .formatted(picks, (long) rows * length));
    }
  }

  /** Every product; those that differ in nothing but their layer are one. */
  public List<MatrixProduct> all() {
    List<MatrixProduct> all = new ArrayList<>();
    long cells = (long) rows * length;
    int layers = shape.layers();
    all.add(linear(TransformerWeights.QUERY, cells, shape.hidden(), queries(), layers));
    all.add(linear(TransformerWeights.KEY, cells, shape.hidden(), keys(), layers));
    all.add(linear(TransformerWeights.VALUE, cells, shape.hidden(), keys(), layers));
    // Query heads that share a key head are one product.
    long groups = (long) rows * shape.keyValueHeads();
    long asking = (long) shape.queriesPerKey() * length;
    long width = shape.headWidth();
    all.add(new MatrixProduct(SCORES, groups, asking, width, length, false, layers));
    all.add(new MatrixProduct(MIXED, groups, asking, length, width, false, layers));
    if (picks == cells) {
      all.addAll(behindAttention(cells, layers));
    } else {
      if (layers > 1) {
        all.addAll(behindAttention(cells, layers - 1));
      }
      all.addAll(behindAttention(picks, 1));
    }
    all.add(linear(LOGITS, picks, shape.hidden(), shape.vocabulary(), 1));
    return all;
  }

  private List<MatrixProduct> behindAttention(long positions, int times) {
    List<MatrixProduct> some = new ArrayList<>();
    long hidden = shape.hidden();
    long inside = shape.intermediate();
    some.add(linear(TransformerWeights.OUTPUT, positions, queries(), hidden, times));
    if (shape.mlp() == TransformerShape.Mlp.GATED_SILU) {
      some.add(linear(TransformerWeights.GATE, positions, hidden, inside, times));
    }
    some.add(linear(TransformerWeights.UP, positions, hidden, inside, times));
    some.add(linear(TransformerWeights.DOWN, positions, inside, hidden, times));
    return some;
  }

  private long queries() {
    return (long) shape.heads() * shape.headWidth();
  }

  private long keys() {
    return (long) shape.keyValueHeads() * shape.headWidth();
  }

  private static MatrixProduct linear(String name, long m, long k, long n, int times) {
    return new MatrixProduct(name, 1, m, k, n, true, times);
  }

  /** Additions and multiplications of all products. */
  public long flops() {
    return all().stream().mapToLong(MatrixProduct::flops).sum();
  }
}
