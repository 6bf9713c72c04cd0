package dev.lacuna.runtime.engine.api;

import dev.lacuna.runtime.sampling.Certainty;
import java.util.Arrays;

/**
 * Input and output of one forward pass: scratch that is filled anew for every step.
 *
 * <p>Threading: owned by the engine's thread.
 *
 * <p>Of every array only the first {@code rows × length}, {@code positions} or {@code guided}
 * entries count.
 */
public final class StepBatch {
  /** Rows of the batch. */
  public int rows;

  /** Padded length of every row: the bucket. */
  public int length;

  /** Positions to propose a token for, over all rows. */
  public int positions;

  /** Token ids, row-major; shape (rows, length). Padding holds any valid id. */
  public final long[] tokens;

  /** Tokens of each row that are no padding; shape (rows). */
  public final int[] rowLengths;

  /** Canvas positions to propose for, as {@code row × length + position}; shape (positions). */
  public final long[] flatPositions;

  /** A uniform number in [0, 1) for each position; shape (positions). */
  public final float[] uniforms;

  /** Temperature of each position, 0 for the most probable token; shape (positions). */
  public final float[] temperatures;

  /** Probability mass kept at each position, 1 for all; shape (positions). */
  public final float[] topP;

  /** Tokens kept at each position, 0 for all; shape (positions). */
  public final int[] topK;

  /** Whether the end token may be proposed at each position; shape (positions). */
  public final boolean[] endAllowed;

  /** What {@link #certainties} is to hold at each position; shape (positions). */
  public final Certainty[] certaintyKinds;

  /**
   * Whether certainty is measured after temperature and filters, or on the plain softmax; shape
   * (positions).
   */
  public final boolean[] certaintyFiltered;

  /**
   * Positions with classifier-free guidance, of {@link #positions}. Each has a twin in a row whose
   * prompt is masked; its logits are those of the twin plus (scale + 1) × (own − twin).
   */
  public int guided;

  /** Which of the positions each guided one is, ascending; shape (guided). */
  public final int[] guidedIndices;

  /** Each twin, as {@code row × length + position}; shape (guided). */
  public final long[] guidedFlatPositions;

  /** Weight of guidance, above 0; shape (guided). */
  public final float[] guidanceScales;

  /**
   * Recorded numbers for a forward pass that samples by Gumbel-max, null for every position of a
   * run without; shape (positions, vocabulary).
   */
  public final double[][] gumbelUniforms;

  /** Output: the proposed token of each position; shape (positions). */
  public final int[] proposals;

  /**
   * Output: the model's probability of the proposed token, before temperature and filters but after
   * guidance; shape (positions).
   */
  public final float[] confidences;

  /** Output: how sure the model is of each position, as asked; shape (positions). */
  public final float[] certainties;

  /** Scratch for up to maxRows rows of maxLength tokens. */
  public StepBatch(int maxRows, int maxLength) {
    int cells = Math.multiplyExact(maxRows, maxLength);
    tokens = new long[cells];
    rowLengths = new int[maxRows];
    flatPositions = new long[cells];
    uniforms = new float[cells];
    temperatures = new float[cells];
    topP = new float[cells];
    topK = new int[cells];
    endAllowed = new boolean[cells];
    certaintyKinds = new Certainty[cells];
    certaintyFiltered = new boolean[cells];
    guidedIndices = new int[cells];
    guidedFlatPositions = new long[cells];
    guidanceScales = new float[cells];
    gumbelUniforms = new double[cells][];
    proposals = new int[cells];
    confidences = new float[cells];
    certainties = new float[cells];
    Arrays.fill(certaintyKinds, Certainty.PROBABILITY);
  }

  /** Empties the batch. */
  public void clear(int length) {
    this.rows = 0;
    this.length = length;
    this.positions = 0;
    this.guided = 0;
  }
}
