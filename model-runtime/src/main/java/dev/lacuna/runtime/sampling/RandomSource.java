package dev.lacuna.runtime.sampling;

/**
 * Where the random numbers of one run come from: {@link CounterRandom#of}, or numbers recorded from
 * a published sampler.
 *
 * <p>Implementations are pure: the same question has the same answer.
 */
public interface RandomSource {

  /**
   * One number.
   *
   * @param pass from 1
   * @param step from 1; 0 for what is drawn before the first
   * @param position on the pass's canvas, from 0
   * @param stream what the number is for: {@link CounterRandom#TOKEN_STREAM} and kin
   * @return uniform in [0, 1)
   */
  float uniform(int pass, int step, int position, int stream);

  /**
   * A recorded vocabulary of numbers for Gumbel-max sampling, for a forward pass that samples so;
   * serving never asks.
   *
   * @return shape (vocabulary), or null for none
   */
  default double[] gumbelUniforms(int pass, int step, int position) {
    return null;
  }
}
