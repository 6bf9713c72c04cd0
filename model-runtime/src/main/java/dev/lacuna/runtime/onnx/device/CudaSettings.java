package dev.lacuna.runtime.onnx.device;

/**
 * How a CUDA device is used; without effect on the CPU. Never run on a GPU.
 *
 * @param memoryMaxBytes most that ONNX Runtime's arena may take of the device's memory; 0 for all
 *     that is free. CUDA's own context and cuBLAS's workspace come on top, some hundred MiB
 * @param onCpu what to do where ONNX Runtime runs a part of the graph on the CPU instead
 */
public record CudaSettings(long memoryMaxBytes, OnCpu onCpu) {

  /** All memory; nodes on the CPU are warned of. */
  public static final CudaSettings DEFAULT = new CudaSettings(0, OnCpu.WARN);

  /** What to do where a node that works on a model's data would run on the CPU. */
  public enum OnCpu {
    /** Name the nodes in the log and go on. */
    WARN,
    /** Name the nodes and fail. */
    REFUSE
  }

  public CudaSettings {
    if (memoryMaxBytes < 0) {
      throw new IllegalArgumentException(
          "memoryMaxBytes is " + memoryMaxBytes + ", expected 0 for all or a number of bytes");
    }
  }
}
