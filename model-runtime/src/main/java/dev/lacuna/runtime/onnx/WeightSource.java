package dev.lacuna.runtime.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;

/** Hands a graph's weights to the runtime. */
public interface WeightSource {

  /**
   * One weight, to be closed by whoever asked.
   *
   * @throws ForwardPassException for a weight that no buffer of Java holds
   * @throws dev.lacuna.runtime.checkpoint.CheckpointException if its numbers can't be used
   */
  OnnxTensor tensor(String name) throws OrtException;
}
