package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.ModelFacts;
import dev.lacuna.runtime.checkpoint.FactOverrides;
import java.nio.file.Path;

/**
 * A checkpoint's transformer without a sampling head, for comparisons and evaluation: raw logits,
 * nothing suppressed, before any shift.
 *
 * <p>Threading: used by one thread at a time.
 */
public final class LogitsPass implements AutoCloseable {

  private LogitsPass() {}

  /**
   * Reads a folder and loads its graph.
   *
   * @param overrides facts that the files lack
   * @throws dev.lacuna.runtime.checkpoint.CheckpointException if the files can't be used
   * @throws ForwardPassException if the runtime or the device can't be used
   */
  public static LogitsPass open(Path folder, FactOverrides overrides, ForwardPassOptions options) {
    throw new UnsupportedOperationException();
  }

  /** What the files say of the model; width of the logits: {@link ModelFacts#vocabulary}. */
  public ModelFacts facts() {
    throw new UnsupportedOperationException();
  }

  /**
   * Logits of every position of one canvas.
   *
   * @param ids token ids; shape (length)
   * @param attentionMaskOrNull 1 for tokens, 0 for padding, which no position attends to; shape
   *     (length); null for no padding
   * @param positionIdsOrNull place of each position, below the canvas limit; shape (length); null
   *     for 0 to length - 1
   * @return row-major, shape (length, vocabulary); rows of padding are unspecified
   */
  public float[] logits(int[] ids, int[] attentionMaskOrNull, int[] positionIdsOrNull) {
    throw new UnsupportedOperationException();
  }

  /**
   * Logits of some positions of a batch of canvases, padded at their ends.
   *
   * @param ids token ids; shape (rows, length)
   * @param rowLengths tokens of each row; shape (rows)
   * @param positions {@code row × length + position}, any number in any order
   * @return row-major, shape (positions, vocabulary)
   */
  public float[] run(long[] ids, int rows, int length, int[] rowLengths, long[] positions) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
