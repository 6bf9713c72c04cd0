package dev.lacuna.runtime.sampling;

/** The random tokens that blanks start from where a family starts from noise. */
public final class StartNoise {

  private StartNoise() {}

  /**
   * The token of a position before the first step.
   *
   * @param pass from 1
   * @param position on the pass's canvas
   * @param tokens ids below it stand for a token
   * @return uniform in 0 … tokens − 1
   */
  public static int token(RandomSource random, int pass, int position, int tokens) {
    double uniform = random.uniform(pass, 0, position, CounterRandom.NOISE_STREAM);
    return (int) (uniform * tokens);
  }
}
