package dev.lacuna.runtime.facts;

import java.util.Locale;
import java.util.Optional;

/** Which masked positions a step unmasks. */
public enum UnmaskingOrder {
  /**
   * The positions whose proposals the model is most sure of (SMDM, LLaDA: low-confidence
   * remasking).
   */
  CONFIDENCE,
  /** The positions whose best two tokens are furthest apart (Dream {@code topk_margin}). */
  MARGIN,
  /** The positions whose distribution has the least entropy (Dream {@code entropy}). */
  ENTROPY,
  /** Positions drawn at random, before the forward pass (LLaDA's {@code remasking="random"}). */
  RANDOM;

  /** The name on the wire and on the command line. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The order of a wire name, or empty for a name unknown to this version. */
  public static Optional<UnmaskingOrder> ofWireName(String name) {
    for (UnmaskingOrder order : values()) {
      if (order.wireName().equals(name)) {
        return Optional.of(order);
      }
    }
    return Optional.empty();
  }
}
