package dev.lacuna.runtime.sampling;

import dev.lacuna.runtime.facts.UnmaskingOrder;

/** How sure a model is of a position, as a number that is higher where it is surer. */
public enum Certainty {
  /** Probability of the proposed token. */
  PROBABILITY(0),
  /** Probability of the best token minus that of the second (Dream {@code topk_margin}). */
  MARGIN(1),
  /**
   * {@code Σ p ln p}, the entropy's negative in nats. Dream's {@code entropy} has {@code ln(p +
   * 1e-10)}, which makes less than 1e-10 a token.
   */
  ENTROPY(2);

  private final int code;

  Certainty(int code) {
    this.code = code;
  }

  /** Its number in a graph's inputs. */
  public int code() {
    return code;
  }

  /** What an order ranks by. */
  public static Certainty of(UnmaskingOrder order) {
    return switch (order) {
      case CONFIDENCE, RANDOM -> PROBABILITY;
      case MARGIN -> MARGIN;
      case ENTROPY -> ENTROPY;
    };
  }

  /** The value where nothing is left to doubt. */
  public float highest() {
    return this == ENTROPY ? 0f : 1f;
  }
}
