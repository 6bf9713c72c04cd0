package dev.lacuna.evaluation.measure;

import dev.lacuna.runtime.sampling.CounterRandom;
import java.util.Arrays;

/**
 * Which positions are masked: a pure function of seed, document and draw, so that the choice for a
 * document does not depend on which others are measured.
 */
public final class MaskChoice {

  /** Draws of the likelihood bound count up from here. */
  static final int BOUND = 1;

  /** Draws of accuracy measures count up from here, far from the others. */
  static final int ACCURACY = 1 << 20;

  private static final int RANK_STREAM = 0;
  private static final int LEVEL_STREAM = 1;
  private static final int OFFSET_STREAM = 2;

  private MaskChoice() {}

  /** A number in [0, 1) for a whole draw. */
  static double level(long seed, int document, int draw) {
    return CounterRandom.uniform(seed, document, draw, 0, 0, LEVEL_STREAM);
  }

  /**
   * Positions drawn without replacement.
   *
   * @param from first position
   * @param to behind the last
   * @param count how many, at most to − from
   * @return ascending, shape (count)
   */
  public static int[] positions(long seed, int document, int draw, int from, int to, int count) {
    return ranked(seed, document, draw, from, to, count);
  }

  /**
   * Spans of equal length, cut from a random offset, drawn without replacement. Spans may touch.
   *
   * @param share of the text's tokens to mask, in (0, 1]; at least one span is
   * @param length tokens of a span, at least 1; a shorter text is one span
   * @return positions, ascending
   */
  public static int[] spans(long seed, EvaluationCanvas canvas, double share, int length) {
    int draw = ACCURACY + (int) Math.round(share * 1000);
    int tokens = canvas.textTokens();
    int span = Math.min(length, tokens);
    if (span == 0) {
      return new int[0];
    }
    int document = canvas.document();
    int slack = Math.min(span - 1, tokens - span);
    float u = CounterRandom.uniform(seed, document, draw, 0, 0, OFFSET_STREAM);
    int offset = (int) (u * (slack + 1));
    int slots = (tokens - offset) / span;
    int wanted = (int) Math.max(1, Math.min(slots, Math.round(share * tokens / span)));
    int[] chosen = ranked(seed, document, draw, 0, slots, wanted);
    int[] positions = new int[chosen.length * span];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = canvas.textStart() + offset + chosen[i / span] * span + i % span;
    }
    return positions;
  }

  /** Those with the smallest random numbers; ties go to the lower position. */
  private static int[] ranked(long seed, int document, int draw, int from, int to, int count) {
    long[] keys = new long[to - from];
    for (int i = 0; i < keys.length; i++) {
      float u = CounterRandom.uniform(seed, document, draw, 0, from + i, RANK_STREAM);
      keys[i] = ((long) (u * 0x1p24f) << 32) | (from + i);
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).limit(count).mapToInt(key -> (int) key).sorted().toArray();
  }
}
