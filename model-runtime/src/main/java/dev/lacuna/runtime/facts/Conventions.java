package dev.lacuna.runtime.facts;

/**
 * How a family was trained and is sampled, as data.
 *
 * @param shift whether position i is predicted from row i-1 of the logits
 * @param firstRow what predicts position 0 where shift leaves it no row of its own
 * @param noise what blanks hold before they are predicted
 * @param endsDocuments whether a canvas that holds a whole document ends with the end token, as in
 *     training
 * @param timestepEpsilon last entry of the timesteps of {@code linear} and {@code independent}
 *     schedules, {@code linspace(1, epsilon, steps + 1)}: 1e-5 (SMDM), 1e-3 (Dream), 0 (DiffuLLaMA)
 * @param filteredCertainty whether certainty is measured after temperature and filters (Dream), or
 *     on the plain softmax (SMDM, LLaDA)
 */
public record Conventions(
    boolean shift,
    FirstRow firstRow,
    Noise noise,
    boolean endsDocuments,
    float timestepEpsilon,
    boolean filteredCertainty) {

  /** What predicts position 0 of a family with shift. */
  public enum FirstRow {
    /** Its own row (Dream). */
    OWN,
    /**
     * Nothing: it takes the token that stands there ({@code generate_samples} of DiffuLLaMA, which
     * also remembers which blanks are filled, where others look for the mask).
     */
    GIVEN
  }

  /** What a blank holds before it is predicted. */
  public enum Noise {
    /** The mask. */
    ABSORBING,
    /** Uniform random tokens (SUNDAE, AR2Diff). */
    UNIFORM
  }

  /** No shift, masks, documents that end with the end token, plain certainty. */
  public static final Conventions PLAIN =
      new Conventions(false, FirstRow.OWN, Noise.ABSORBING, true, 0f, false);
}
