package dev.lacuna.runtime.onnx;

import dev.lacuna.runtime.checkpoint.Checkpoint;
import dev.lacuna.runtime.facts.NumberFormat;
import dev.lacuna.runtime.onnx.session.ForwardPassOptions;
import dev.lacuna.runtime.onnx.session.LogitsPass;

/** Runs a checkpoint's transformer without the sampling head. */
public final class LogitsRun implements AutoCloseable {

  private final LogitsPass pass;

  public LogitsRun(Checkpoint checkpoint) {
    pass =
        LogitsPass.of(checkpoint, NumberFormat.FP32, ForwardPassOptions.defaults().withThreads(2));
  }

  /** Logits of one row's given positions; shape (positions, vocabulary). */
  public float[][] of(long[] tokens, int rowLength, long... positions) {
    float[] flat = pass.run(tokens, 1, tokens.length, new int[] {rowLength}, positions);
    int width = pass.facts().vocabulary();
    float[][] rows = new float[positions.length][width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(flat, i * width, rows[i], 0, width);
    }
    return rows;
  }

  @Override
  public void close() {
    pass.close();
  }
}
