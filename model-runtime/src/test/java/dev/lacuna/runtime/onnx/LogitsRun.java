package dev.lacuna.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.lacuna.runtime.checkpoint.Checkpoint;
import java.nio.LongBuffer;
import java.util.Map;

/** Runs a checkpoint's transformer without the sampling head. */
final class LogitsRun implements AutoCloseable {

  private final OrtEnvironment env = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  LogitsRun(Checkpoint checkpoint) {
    session =
        OnnxForwardPass.open(
                LlamaGraph.logits(checkpoint.config()),
                checkpoint.weights()::widened,
                ForwardPassOptions.defaults().withThreads(2))
            .session();
  }

  /** Logits of one row's given positions; shape (positions, vocabulary). */
  float[][] of(long[] tokens, int rowLength, long... positions) {
    try (OnnxTensor ids =
            OnnxTensor.createTensor(env, LongBuffer.wrap(tokens), new long[] {1, tokens.length});
        OnnxTensor length = OnnxTensor.createTensor(env, new long[] {rowLength});
        OnnxTensor picked = OnnxTensor.createTensor(env, positions);
        OrtSession.Result result =
            session.run(Map.of("input_ids", ids, "row_lengths", length, "positions", picked))) {
      return (float[][]) result.get(0).getValue();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
