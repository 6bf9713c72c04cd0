package dev.lacuna.runtime.checkpoint.family;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of a transformer's weights in the graph, the same for every family, and their shapes. A
 * linear layer's weight is [out, in].
 */
public final class TransformerWeights {

  /** Token embedding, [embeddings, hidden]; the head too where it is tied. */
  public static final String EMBEDDING = "embedding.weight";

  /** Learned positions, [maxLength, hidden]. */
  public static final String POSITIONS = "positions.weight";

  /** The last norm. */
  public static final String FINAL_NORM = "final_norm";

  /** Vocabulary projection, [vocabulary, hidden], where it isn't tied. */
  public static final String HEAD = "head.weight";

  /** Parts of a layer. */
  public static final String ATTENTION_NORM = "attention_norm";

  /** Projection to queries. */
  public static final String QUERY = "query";

  /** Projection to keys. */
  public static final String KEY = "key";

  /** Projection to values. */
  public static final String VALUE = "value";

  /** Projection behind attention. */
  public static final String OUTPUT = "output";

  /** Norm before the MLP. */
  public static final String MLP_NORM = "mlp_norm";

  /** The MLP's gate. */
  public static final String GATE = "gate";

  /** The MLP's way up. */
  public static final String UP = "up";

  /** The MLP's way down. */
  public static final String DOWN = "down";

  private TransformerWeights() {}

  /** Full name of a layer's part, without {@code .weight} or {@code .bias}. */
  public static String layer(int layer, String part) {
    return "layers." + layer + "." + part;
  }

  /** Every weight with its shape. */
  public static Map<String, List<Long>> shapes(TransformerShape shape) {
    Map<String, List<Long>> all = new LinkedHashMap<>();
    long hidden = shape.hidden();
    all.put(EMBEDDING, List.of((long) shape.embeddings(), hidden));
    if (shape.positions() instanceof TransformerShape.Positions.Learned) {
      all.put(POSITIONS, List.of((long) shape.maxLength(), hidden));
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      attention(all, shape, layer);
      mlp(all, shape, layer);
    }
    norm(all, shape, FINAL_NORM);
    if (!shape.tiedHead()) {
      all.put(HEAD, List.of((long) shape.vocabulary(), hidden));
    }
    return all;
  }

  private static void attention(Map<String, List<Long>> all, TransformerShape shape, int layer) {
    long queries = (long) shape.heads() * shape.headWidth();
    long keys = (long) shape.keyValueHeads() * shape.headWidth();
    boolean biased = shape.biases().queryKeyValue();
    norm(all, shape, layer(layer, ATTENTION_NORM));
    linear(all, layer(layer, QUERY), queries, shape.hidden(), biased);
    linear(all, layer(layer, KEY), keys, shape.hidden(), biased);
    linear(all, layer(layer, VALUE), keys, shape.hidden(), biased);
    linear(all, layer(layer, OUTPUT), shape.hidden(), queries, shape.biases().output());
  }

  private static void mlp(Map<String, List<Long>> all, TransformerShape shape, int layer) {
    boolean biased = shape.biases().mlp();
    norm(all, shape, layer(layer, MLP_NORM));
    if (shape.mlp() == TransformerShape.Mlp.GATED_SILU) {
      linear(all, layer(layer, GATE), shape.intermediate(), shape.hidden(), biased);
    }
    linear(all, layer(layer, UP), shape.intermediate(), shape.hidden(), biased);
    linear(all, layer(layer, DOWN), shape.hidden(), shape.intermediate(), biased);
  }

  private static void norm(Map<String, List<Long>> all, TransformerShape shape, String name) {
    all.put(name + ".weight", List.of((long) shape.hidden()));
    if (shape.norm() instanceof TransformerShape.Norm.Layer) {
      all.put(name + ".bias", List.of((long) shape.hidden()));
    }
  }

  private static void linear(
      Map<String, List<Long>> all, String name, long out, long in, boolean biased) {
    all.put(name + ".weight", List.of(out, in));
    if (biased) {
      all.put(name + ".bias", List.of(out));
    }
  }
}
