package dev.lacuna.evaluation.conformance.replay;

import dev.lacuna.runtime.sampling.CounterRandom;
import dev.lacuna.runtime.sampling.RandomSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Numbers that a published sampler drew, given out again.
 *
 * <p>Recorded runs are greedy or have Gumbel noise, so the numbers that would draw tokens decide
 * nothing: they carry the run's number, by which its positions are found in a batch.
 *
 * <p>Threading: asked by the engine's thread; {@link #unrecorded} may be asked by any.
 */
public final class ReplayRandom implements RandomSource {

  private final float tag;
  private final float[][] order; // (steps, positions); NaN where nothing was drawn
  private final float[] start; // (positions)
  private final double[][][] gumbel; // (steps, positions, vocabulary)
  private final AtomicReference<String> unrecorded = new AtomicReference<>();

  /**
   * An empty record.
   *
   * @param tag number of the run among those of an engine; see {@link #tag}
   * @param positions tokens of the canvas
   */
  ReplayRandom(int tag, int steps, int positions) {
    this.tag = tag(tag);
    order = new float[steps][positions];
    for (float[] step : order) {
      Arrays.fill(step, Float.NaN);
    }
    start = new float[positions];
    gumbel = new double[steps][positions][];
  }

  /** The uniform number that carries a run's number; always below one half. */
  static float tag(int number) {
    return number * 0x1p-20f;
  }

  /** Records a number that decides which positions are chosen; step and position from 0. */
  void order(int step, int position, double uniform) {
    order[step][position] = (float) uniform;
  }

  /** Records the token that a blank starts from. */
  void start(int position, int token, int tokens) {
    start[position] = (token + 0.5f) / tokens;
  }

  /** Records a vocabulary of noise. */
  void gumbel(int step, int position, double[] uniforms) {
    gumbel[step][position] = uniforms;
  }

  @Override
  public float uniform(int pass, int step, int position, int stream) {
    if (stream == CounterRandom.TOKEN_STREAM) {
      return tag;
    }
    if (stream == CounterRandom.NOISE_STREAM) {
      return start[position];
    }
    float number = step <= order.length ? order[step - 1][position] : Float.NaN;
    if (Float.isNaN(number)) {
      unrecorded.compareAndSet(
          null,
          "the sampler asked for a number at step %d, position %d, where the published one drew none"
              .formatted(step - 1, position));
      return 0;
    }
    return number;
  }

  @Override
  public double[] gumbelUniforms(int pass, int step, int position) {
    return step <= gumbel.length ? gumbel[step - 1][position] : null;
  }

  /** The first number asked for that the published sampler never drew. */
  public Optional<String> unrecorded() {
    return Optional.ofNullable(unrecorded.get());
  }
}
