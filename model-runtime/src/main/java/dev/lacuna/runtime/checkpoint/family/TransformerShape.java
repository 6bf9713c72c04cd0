package dev.lacuna.runtime.checkpoint.family;

/**
 * Shape of a bidirectional transformer, whatever its family calls the parts. Layers normalise
 * before attention and before the MLP; a last norm stands before the vocabulary projection.
 *
 * @param vocabulary width of the logits
 * @param embeddings rows of the embedding; equal to the vocabulary where the head is tied
 * @param hidden width of a position's state
 * @param intermediate width inside the MLP
 * @param layers number of layers
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides heads
 * @param headWidth width of one head; even where positions are rotary
 * @param maxLength longest canvas in tokens
 * @param norm the norms
 * @param positions how a position is told from another
 * @param mlp the block after attention
 * @param biases which linear layers add a bias
 * @param tiedHead whether the vocabulary projection is the embedding
 */
public record TransformerShape(
    int vocabulary,
    int embeddings,
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int keyValueHeads,
    int headWidth,
    int maxLength,
    Norm norm,
    Positions positions,
    Mlp mlp,
    Biases biases,
    boolean tiedHead) {

  /** How states are normalised; {@code epsilon} is added to the variance or mean square. */
  public sealed interface Norm {

    /** Added under the root. */
    double epsilon();

    /** {@code x / sqrt(mean(x²) + epsilon) × gain}. */
    record Rms(double epsilon) implements Norm {}

    /** Mean 0 and variance 1, then gain and bias. */
    record Layer(double epsilon) implements Norm {}
  }

  /** How a position is told from another. */
  public sealed interface Positions {

    /**
     * Queries and keys are turned, the first half of a head's width with the second.
     *
     * @param theta base of the frequencies
     * @param bfloat16Tables whether cosines and sines are rounded to bfloat16 (lit-gpt)
     */
    record Rotary(double theta, boolean bfloat16Tables) implements Positions {}

    /** A learned vector for each place is added to the embedding (GPT-2). */
    record Learned() implements Positions {}
  }

  /** The block after attention. */
  public enum Mlp {
    /** {@code down(silu(gate x) × up x)}. */
    GATED_SILU,
    /** {@code down(gelu(up x))}, GELU by its tanh approximation (GPT-2's {@code gelu_new}). */
    TANH_GELU
  }

  /**
   * Which linear layers add a bias.
   *
   * @param queryKeyValue the projections to queries, keys and values
   * @param output the projection behind attention
   * @param mlp those of the MLP
   */
  public record Biases(boolean queryKeyValue, boolean output, boolean mlp) {

    /** None. */
    public static final Biases NONE = new Biases(false, false, false);

    /** All (GPT-2). */
    public static final Biases ALL = new Biases(true, true, true);
  }

  /** Query heads that share a key head. */
  public int queriesPerKey() {
    return heads / keyValueHeads;
  }

  /** This shape with canvases of at most so many tokens; learned positions keep their table. */
  public TransformerShape limitedTo(int tokens) {
    if (positions instanceof Positions.Learned || tokens >= maxLength) {
      return this;
    }
    return new TransformerShape(
        vocabulary,
        embeddings,
        hidden,
        intermediate,
        layers,
        heads,
        keyValueHeads,
        headWidth,
        tokens,
        norm,
        positions,
        mlp,
        biases,
        tiedHead);
  }

  /** Parameters of the whole model. */
  public long parameters() {
    return TransformerWeights.shapes(this).values().stream()
        .mapToLong(shape -> shape.stream().reduce(1L, Math::multiplyExact))
        .sum();
  }
}
