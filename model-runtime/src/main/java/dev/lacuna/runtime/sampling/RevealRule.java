package dev.lacuna.runtime.sampling;

import dev.lacuna.runtime.facts.CountSchedule;

/** How many masks a step unmasks. */
public sealed interface RevealRule {

  /** As many as a schedule over a fixed number of steps says. */
  record Scheduled(CountSchedule schedule) implements RevealRule {}

  /**
   * The surest and every other whose confidence is at least this (Fast-dLLM, arXiv 2505.22618).
   *
   * @param confidence in (0, 1]
   */
  record Threshold(float confidence) implements RevealRule {}

  /**
   * In falling confidence c, those before the first i ≥ 2 with {@code c_i < 1 − factor/(i + 1)}; at
   * least one (Fast-dLLM, arXiv 2505.22618).
   *
   * @param factor above 0
   */
  record Factor(float factor) implements RevealRule {}

  /**
   * In rising entropy, while the entropies of those before sum to at most this; the first always
   * (EB-sampler).
   *
   * @param nats above 0
   */
  record EntropyBudget(float nats) implements RevealRule {}

  /**
   * Uniform noise only: each step but the first takes a second forward pass, after which the part
   * of the tokens that was least sure before is predicted once more (SUNDAE's decoding of that
   * name, arXiv 2112.06749, as the conformance kit reads it).
   *
   * @param share part of the tokens, in (0, 1]
   */
  record Unrolled(float share) implements RevealRule {

    /** The schedule of a request that asks for it; its update fraction is the share. */
    public static final String WIRE_NAME = "unrolled";

    /** Forward passes of so many steps, each of which is a step of the engine. */
    public static int forwardPasses(int steps) {
      return 2 * steps - 1;
    }

    /** Most steps whose forward passes are within a bound of at least 1. */
    static int mostSteps(int forwardPassesMax) {
      return forwardPassesMax / 2 + forwardPassesMax % 2;
    }
  }
}
