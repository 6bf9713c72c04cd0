package dev.lacuna.runtime.sampling;

/**
 * Random numbers without a state: each is a pure function of where it is used, so that a run gives
 * the same text alone, in any batch, and after a crash.
 *
 * <p>The key is hashed word by word, {@code h = mix(h ^ word) + GAMMA}, from {@code h = mix(seed +
 * GAMMA)}, over the words (sample, pass), (step, position), (stream); {@code mix} is the finalizer
 * of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014, variant
 * 13 of Stafford's constants). For a given prefix each word maps one-to-one to h, so keys that
 * differ in one word never collide. The top 24 bits of the last h are the number, exactly what a
 * float in [0, 1) can hold.
 *
 * <p>The function is part of what a fingerprint promises: it must never change.
 */
public final class CounterRandom {

  /** Stream of the numbers that draw tokens. */
  public static final int TOKEN_STREAM = 0;

  /** Stream of the numbers that rank positions in random order. */
  public static final int ORDER_STREAM = 1;

  /** Stream of the tokens that blanks start from where a family starts from noise. */
  public static final int NOISE_STREAM = 2;

  /** The odd 64-bit integer nearest to 2^64 divided by the golden ratio. */
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private CounterRandom() {}

  /**
   * The numbers of one sample.
   *
   * @param seed of the request
   * @param sample number of the sample, from 1
   */
  public static RandomSource of(long seed, int sample) {
    return (pass, step, position, stream) -> uniform(seed, sample, pass, step, position, stream);
  }

  /**
   * One number.
   *
   * @param seed of the request
   * @param sample number of the sample, from 1
   * @param pass number of the pass, from 1
   * @param step from 1
   * @param position on the canvas, from 0
   * @param stream what the number is for
   * @return uniform in [0, 1), a multiple of 2^-24
   */
  public static float uniform(long seed, int sample, int pass, int step, int position, int stream) {
    long hash = mix(seed + GAMMA);
    hash = mix(hash ^ pack(sample, pass)) + GAMMA;
    hash = mix(hash ^ pack(step, position)) + GAMMA;
    hash = mix(hash ^ stream);
    return (hash >>> 40) * 0x1p-24f;
  }

  private static long pack(int high, int low) {
    return ((long) high << 32) | (low & 0xffffffffL);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
