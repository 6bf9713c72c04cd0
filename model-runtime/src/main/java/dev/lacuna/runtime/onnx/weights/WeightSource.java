package dev.lacuna.runtime.onnx.weights;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.lacuna.runtime.onnx.ort.ForwardPassException;

/** Hands a graph's weights to the runtime. */
public interface WeightSource {

  /**
   * One weight, to be closed by whoever asked.
   *
   * @throws ForwardPassException for a weight that no buffer of Java holds
   * @throws dev.lacuna.runtime.checkpoint.files.CheckpointException if its numbers can't be used
   */
  OnnxTensor tensor(String name) throws OrtException;
}
